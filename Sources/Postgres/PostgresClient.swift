package import Logging

/// A bounded pool of connections to one PostgreSQL database, driven by one thread of its own.
///
/// Safe to share among all tasks of a process. No call holds a thread of the cooperative pool. Callers are served
/// first come, first served; one whose task is cancelled while it waits leaves the line with
/// ``PostgresError/Code/cancelled``. Work that was sent runs to its end whatever becomes of the caller's task: that is
/// the only way to know its outcome; bound it with a statement time-out.
package final class PostgresClient: Sendable {
    private let pool: ConnectionPool
    private let acquireTimeout: Duration

    /// Opens nothing yet: the first use does.
    ///
    /// - Throws: ``PostgresError/Code/invalidConnectionString``.
    package init(_ configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) {
        pool = try ConnectionPool(configuration, logger: logger)
        acquireTimeout = configuration.acquireTimeout
    }

    deinit {
        _ = pool.loop.execute { [pool] in pool.assumeIsolated { $0.close {} } }
    }

    /// Runs the statements in one round trip as one transaction: all take effect, or none.
    ///
    /// - Returns: the answer to each statement, in order; empty for no statements.
    /// - Throws: ``PostgresError`` with the name and index of the first statement that failed; nothing took effect, save
    ///   with ``PostgresError/Code/outcomeUnknown``: the connection broke before the answer, so it is all or nothing.
    package func batch(_ statements: [Statement]) async throws(PostgresError) -> [Rows] {
        guard !statements.isEmpty else { return [] }
        try Self.check(statements)
        return try await acquire { complete in
            .run(Work(content: .batch(statements), lossCode: .outcomeUnknown, complete: complete))
        }
    }

    /// Runs one statement as its own transaction; fails as ``batch(_:)`` does.
    package func query(_ statement: Statement) async throws(PostgresError) -> Rows {
        let answers = try await batch([statement])
        return answers[0]
    }

    /// Lends one connection for what needs a session, such as an advisory lock.
    ///
    /// It is closed afterwards, so nothing of the session is left behind.
    package func withConnection<Value>(
        _ body: (PostgresSession) async throws -> Value
    ) async throws -> Value {
        let session = try await lend(isTransaction: false)
        defer { session.giveBack(closing: true) }
        return try await body(session)
    }

    /// Runs `body` between BEGIN and COMMIT on one connection, and rolls back when it throws.
    ///
    /// - Throws: what `body` throws; ``PostgresError/Code/outcomeUnknown`` when the connection broke during COMMIT;
    ///   ``PostgresError/Code/transactionAborted`` when `body` passed over a failed statement.
    package func withTransaction<Value>(
        _ options: TransactionOptions = TransactionOptions(),
        _ body: (PostgresSession) async throws -> Value
    ) async throws -> Value {
        let session = try await lend(isTransaction: true)
        var isClean = false
        defer { session.giveBack(closing: !isClean) }
        let value: Value
        do {
            _ = try await session.batch(options.begin)
            value = try await body(session)
        } catch {
            isClean = await session.rollBack()
            throw error
        }
        isClean = true
        try await session.commit()
        return value
    }

    /// Refuses new work, lets what runs finish, and closes every connection.
    package func close() async {
        await withCheckedContinuation { continuation in
            let isPosted = pool.loop.execute { [pool] in
                pool.assumeIsolated { $0.close { continuation.resume() } }
            }
            if !isPosted { continuation.resume() }
        }
    }

    /// For metrics; all zero once the client is closed.
    package func statistics() async -> PoolStatistics {
        await withCheckedContinuation { continuation in
            let isPosted = pool.loop.execute { [pool] in
                continuation.resume(returning: pool.assumeIsolated { $0.statistics })
            }
            if !isPosted { continuation.resume(returning: PoolStatistics()) }
        }
    }

    /// For a service group: waits until its task is cancelled, then closes.
    package func run() async {
        let (forever, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in forever {}
        await close()
    }

    // MARK: - Steps

    static func check(_ statements: [Statement]) throws(PostgresError) {
        for (index, statement) in statements.enumerated() { try statement.check(at: index) }
    }

    private func lend(isTransaction: Bool) async throws(PostgresError) -> PostgresSession {
        let lease = try await acquire { .lease($0) }
        return PostgresSession(pool: pool, lease: lease, isTransaction: isTransaction)
    }

    /// Waits in line; resumes the caller straight from the loop.
    private func acquire<Value: Sendable>(
        _ purpose: (@escaping @Sendable (Result<Value, PostgresError>) -> Void) -> Waiter.Purpose
    ) async throws(PostgresError) -> Value {
        let ticket = Ticket()
        let deadline = ContinuousClock.now + acquireTimeout
        let outcome: Result<Value, PostgresError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(
                    purpose: purpose { continuation.resume(returning: $0) },
                    deadline: deadline,
                    ticket: ticket
                )
                let isPosted = pool.loop.execute { [pool] in pool.assumeIsolated { $0.lend(to: waiter) } }
                if !isPosted { waiter.fail(PostgresError(.closed, "the database client is closed")) }
            }
        } onCancel: {
            ticket.cancel()
            _ = pool.loop.execute { [pool] in pool.assumeIsolated { $0.dropCancelled() } }
        }
        return try outcome.get()
    }
}
