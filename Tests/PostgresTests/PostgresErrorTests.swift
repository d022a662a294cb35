import Postgres
import Testing

@Suite struct PostgresErrorTests {
    @Test(
        "The server's codes are mapped by code first, then by class",
        arguments: [
            ("23505", PostgresError.Code.uniqueViolation), ("23502", .notNullViolation), ("23514", .checkViolation),
            ("23503", .foreignKeyViolation), ("40001", .serializationFailure), ("40P01", .deadlockDetected),
            ("55P03", .lockNotAvailable), ("57014", .queryCancelled), ("57P01", .connectionLost),
            ("57P03", .serverUnavailable), ("08006", .connectionLost), ("53100", .diskFull),
            ("53300", .tooManyConnections), ("25006", .readOnly), ("42501", .insufficientPrivilege),
            ("42P01", .undefinedTable), ("42703", .undefinedColumn), ("28P01", .invalidPassword),
            ("28000", .invalidPassword), ("3D000", .unknownDatabase), ("22P02", .invalidData), ("42601", .other),
            ("", .other),
        ]
    )
    func mapping(state: String, code: PostgresError.Code) {
        #expect(PostgresError.Code(sqlState: state) == code)
    }

    @Test("The description says where and why; values are kept for the debugger")
    func descriptions() {
        let refused = PostgresError(
            .invalidData,
            "invalid input syntax for type json: \"secret\"",
            sqlState: "22P02",
            detail: "Token \"secret\" is invalid.",
            statement: "engine_append",
            index: 3
        )
        #expect("\(refused)" == "engine_append, statement 3 of its batch: the server refused a value (22P02)")
        #expect(refused.debugDescription.contains("Token \"secret\" is invalid."))
        let unknown = PostgresError(.outcomeUnknown, "server closed the connection unexpectedly")
        #expect(
            "\(unknown)" == """
                server closed the connection unexpectedly; \
                it took effect wholly or not at all; read the data before repeating it
                """
        )
    }

    @Test("Only what certainly had no effect may simply be done again")
    func retryable() {
        let retryable: [PostgresError.Code] = [
            .serializationFailure, .deadlockDetected, .connectionLost, .connectFailed,
        ]
        for code in retryable { #expect(PostgresError(code, "").isRetryable) }
        let final: [PostgresError.Code] = [.outcomeUnknown, .uniqueViolation, .diskFull, .cancelled, .closed]
        for code in final { #expect(!PostgresError(code, "").isRetryable) }
    }
}
