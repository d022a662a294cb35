import AgentProtocol
package import Postgres
package import Time

/// Where advisories, and what is known of the exploitation of vulnerabilities, are kept.
package struct AdvisoryStore: Sendable {
    /// How long an import waits for another one to end.
    private static let longestWait = Duration.seconds(60)
    /// Imports of one feed whose bytes are kept.
    package static let keptContents = 3

    private let client: PostgresClient

    package init(client: PostgresClient) { self.client = client }

    /// The last import of the feed; nil when there was none.
    package func lastImport(of feed: String) async throws -> AdvisoryImportView? {
        try await client.query(AdvisoryImportView.selectLast(.text(feed))).first.map { try AdvisoryImportView($0) }
    }

    /// Carries out one import as one transaction, and one import at a time.
    ///
    /// - Parameter body: what it writes counts when it returns, and not before.
    /// - Throws: ``Problem`` 503 when another import runs for too long; what `body` throws.
    package func importing<Value>(
        at now: Timestamp,
        _ body: (AdvisoryWriter) async throws -> Value
    ) async throws -> Value {
        var options = TransactionOptions()
        options.lockTimeout = Self.longestWait
        return try await client.withTransaction(options) { session in
            let number: Int64
            do throws(PostgresError) {
                _ = try await session.batch([Self.patience(), Self.lock()])
                number = try await session.query(Self.selectNext()).one().get(0)
            } catch {
                guard error.code == .lockNotAvailable else { throw error }
                let detail = "another import runs since more than a minute; repeat yours when it is done"
                throw Problem(status: 503, code: "import-under-way", detail: detail)
            }
            return try await body(AdvisoryWriter(session: session, number: number, now: now))
        }
    }

    // MARK: - SQL

    /// A large entry, or many that are malformed, keep the database waiting.
    private static let patience = SQL(
        "advisory_import_patience",
        "SELECT set_config('idle_in_transaction_session_timeout', '600s', true)"
    )

    /// Of the transaction; imports are few and long, so they may wait for each other.
    private static let lock = SQL("advisory_lock", "SELECT pg_advisory_xact_lock(5230140120)")

    private static let selectNext = SQL(
        "advisory_import_next",
        "SELECT coalesce(max(number), 0) + 1 FROM advisory_import"
    )
}
