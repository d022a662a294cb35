package import Postgres

/// The store in PostgreSQL: every call is one round trip and one transaction.
///
/// It seals what it writes, and believes of what it reads what is sealed.
package struct PostgresStore: Store {
    let client: PostgresClient
    private let sealKey: SealKey?
    let judgedHeads = JudgedHeads()

    /// - Parameters:
    ///   - client: of a database with the migrations applied.
    ///   - sealKey: the one that the database is sealed with; see ``SealedDatabase``.
    package init(client: PostgresClient, sealKey: SealKey) { (self.client, self.sealKey) = (client, sealKey) }

    private init(unchecked client: PostgresClient) { (self.client, sealKey) = (client, nil) }

    /// One that looks at no seal, for those who judge the log by its chain or count what is in it, and act by nothing of it.
    package static func unchecked(client: PostgresClient) -> Self { Self(unchecked: client) }

    /// The seals of values that are written.
    func seals<Value>(_ values: [Value], _ seal: (SealKey, Value) -> [UInt8]?) -> Parameter {
        .byteas(values.map { value in sealKey.flatMap { seal($0, value) } })
    }

    /// Whether what was read is to be believed.
    func believes(_ isSealed: (SealKey) -> Bool) -> Bool { sealKey.map(isSealed) ?? true }

    func batch(_ statements: [Statement]) async throws(StoreError) -> [Rows] {
        do throws(PostgresError) {
            return try await client.batch(statements)
        } catch {
            throw StoreError(error)
        }
    }

    func query(_ statement: Statement) async throws(StoreError) -> Rows {
        let answers = try await batch([statement])
        return answers[0]
    }

    /// Reads each row of an answer.
    func rows<Value>(
        _ statement: Statement,
        _ decode: (Row) throws(PostgresError) -> Value
    ) async throws(StoreError) -> [Value] {
        let answer = try await query(statement)
        return try decoded(answer, decode)
    }

    func decoded<Value>(
        _ answer: Rows,
        _ decode: (Row) throws(PostgresError) -> Value
    ) throws(StoreError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(answer.count)
        do throws(PostgresError) {
            for row in answer { values.append(try decode(row)) }
        } catch {
            throw StoreError(error)
        }
        return values
    }
}

extension StoreError {
    init(_ error: PostgresError) {
        let code: Code =
            switch error.code {
            case .outcomeUnknown: .outcomeUnknown
            // A guard of ours divides by zero when it does not hold; see PostgresStore+append.
            case _ where error.sqlState == "22012": .conflict
            case .uniqueViolation, .notNullViolation: .conflict
            case .invalidParameter, .invalidData, .checkViolation: .invalid
            // A limit of the server, such as the size of an index entry.
            case _ where error.sqlState?.hasPrefix("54") == true: .invalid
            default: .unavailable
            }
        self.init(code, "\(error)")
    }
}

extension Parameter {
    static func shards(_ shards: [Shard]) -> Self { .int16s(shards.map(\.rawValue)) }
    static func streams(_ streams: [StreamID]) -> Self { .texts(streams.map(\.rawValue)) }

    /// For SQL that multiplies it by `interval '1 microsecond'`.
    static func microseconds(_ duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        return .int64(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
