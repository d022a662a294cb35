import Logging
import Postgres

/// Makes the database on a fresh server.
struct DatabaseMaker {
    let conninfo: String
    let logger: Logger

    private static let patience = Duration.seconds(60)
    private static let find = SQL("embedded_find_database", "SELECT 1 FROM pg_database WHERE datname = $1")

    func make(_ name: String) async throws(PostgresError) {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.maxConnections = 1
        let client = try PostgresClient(configuration, logger: logger)
        do {
            let found = try await patiently { () async throws(PostgresError) in
                try await client.query(Self.find(.text(name)))
            }
            if found.isEmpty {
                let quoted = name.replacing("\"", with: "\"\"")
                _ = try await client.query(.unprepared("CREATE DATABASE \"\(quoted)\""))
            }
        } catch {
            await client.close()
            // Two processes that start together: the other one made it.
            if error.code == .uniqueViolation || error.sqlState == "42P04" { return }
            throw error
        }
        await client.close()
    }

    /// A server that was attached to may still be recovering.
    private func patiently(_ body: () async throws(PostgresError) -> Rows) async throws(PostgresError) -> Rows {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do {
                return try await body()
            } catch {
                guard error.isConnectionFailure, ContinuousClock.now < deadline else { throw error }
            }
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                throw PostgresError(.cancelled, "cancelled while waiting for the server to start")
            }
        }
    }
}
