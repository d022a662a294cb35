extension PostgresError.Code {
    /// The one table from the server's codes to ours.
    package init(sqlState: String) {
        self = Self.bySQLState[sqlState] ?? Self.byClass[String(sqlState.prefix(2))] ?? .other
    }

    private static let bySQLState: [String: Self] = [
        "23502": .notNullViolation,
        "23503": .foreignKeyViolation,
        "23505": .uniqueViolation,
        "23514": .checkViolation,
        "23P01": .uniqueViolation,  // an exclusion constraint
        "25006": .readOnly,
        "25P02": .transactionAborted,
        "25P03": .connectionLost,  // idle in transaction for too long: the session is ended
        "3D000": .unknownDatabase,
        "40001": .serializationFailure,
        "40P01": .deadlockDetected,
        "42501": .insufficientPrivilege,
        "42703": .undefinedColumn,
        "42P01": .undefinedTable,
        "3F000": .undefinedTable,  // its schema is missing
        "53100": .diskFull,
        "53200": .outOfMemory,
        "53300": .tooManyConnections,
        "55P03": .lockNotAvailable,
        "57014": .queryCancelled,
        "57P03": .serverUnavailable,
        "57P04": .unknownDatabase,  // dropped while in use
    ]

    private static let byClass: [String: Self] = [
        "08": .connectionLost,
        "22": .invalidData,
        "28": .invalidPassword,
        "57": .connectionLost,
    ]
}
