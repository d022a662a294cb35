import Logging
import Postgres

/// Whether the database answers.
struct DatabaseCheck: Sendable {
    /// How long an answer may take.
    private static let patience = Duration.seconds(2)

    let client: PostgresClient
    let logger: Logger

    /// Empty when it does.
    func problems() async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    _ = try await client.query(Self.ask())
                    return nil
                } catch {
                    // Anybody may ask: hosts, users and paths are the log's to tell.
                    logger.warning("not ready: the database does not answer", metadata: ["error": "\(error)"])
                    return "the database does not answer; the server's log says why"
                }
            }
            group.addTask {
                // Cancelled when the answer is there.
                do { try await Task.sleep(for: Self.patience) } catch { return nil }
                return "the database did not answer within \(Self.patience)"
            }
            defer { group.cancelAll() }
            return (await group.next() ?? nil).map { [$0] } ?? []
        }
    }

    private static let ask = SQL("readiness", "SELECT 1")
}
