/// A connection that is lent to one scope: a transaction, or what needs a session of its own.
///
/// Calls from several tasks are run one after the other. Used after its scope, it fails with
/// ``PostgresError/Code/closed``.
package final class PostgresSession: Sendable {
    private let pool: ConnectionPool
    private let lease: ConnectionPool.LeaseID
    /// What a connection that breaks means for a batch: inside a transaction nothing was committed yet.
    private let lossCode: PostgresError.Code
    private let ticket = Ticket()

    init(pool: ConnectionPool, lease: ConnectionPool.LeaseID, isTransaction: Bool) {
        self.pool = pool
        self.lease = lease
        lossCode = isTransaction ? .connectionLost : .outcomeUnknown
    }

    /// Runs the statements in one round trip.
    ///
    /// In ``PostgresClient/withTransaction(_:_:)`` a broken connection is ``PostgresError/Code/connectionLost``: nothing
    /// was committed. In ``PostgresClient/withConnection(_:)`` the batch is a transaction of its own, and its outcome
    /// is then unknown.
    package func batch(_ statements: [Statement]) async throws(PostgresError) -> [Rows] {
        guard !statements.isEmpty else { return [] }
        try PostgresClient.check(statements)
        return try await run(.batch(statements), lossCode: lossCode)
    }

    package func query(_ statement: Statement) async throws(PostgresError) -> Rows {
        let answers = try await batch([statement])
        return answers[0]
    }

    /// Runs a text of several statements without parameters.
    ///
    /// - Parameter name: what an error calls it.
    package func script(_ text: String, name: String) async throws(PostgresError) {
        _ = try await run(.script(text, name: name), lossCode: lossCode)
    }

    // MARK: - Steps

    func commit() async throws(PostgresError) {
        let answers = try await run(.batch([Self.commitStatement]), lossCode: .outcomeUnknown)
        guard answers.first?.command == "COMMIT" else {
            throw PostgresError(.transactionAborted, "a statement of the transaction failed, so it was rolled back")
        }
    }

    /// True when the connection may be used again.
    func rollBack() async -> Bool {
        do {
            _ = try await run(.batch([Self.rollbackStatement]), lossCode: .connectionLost)
            return true
        } catch {
            // The caller is told why the transaction failed; a connection that cannot roll back is closed, which does.
            return false
        }
    }

    func giveBack(closing: Bool) {
        ticket.cancel()
        _ = pool.loop.execute { [pool, lease] in pool.assumeIsolated { $0.takeBack(lease, closing: closing) } }
    }

    private static let commitStatement = Statement.unprepared("COMMIT")
    private static let rollbackStatement = Statement.unprepared("ROLLBACK")

    private func run(_ content: Work.Content, lossCode: PostgresError.Code) async throws(PostgresError) -> [Rows] {
        let closed = PostgresError(.closed, "the connection was given back when its scope ended")
        guard !ticket.isCancelled else { throw closed }
        let outcome: Work.Outcome = await withCheckedContinuation { continuation in
            let work = Work(content: content, lossCode: lossCode) { continuation.resume(returning: $0) }
            let isPosted = pool.loop.execute { [pool, lease] in pool.assumeIsolated { $0.run(work, on: lease) } }
            if !isPosted { work.complete(.failure(closed)) }
        }
        return try outcome.get()
    }
}
