import Postgres
import Synchronization

/// Whether anything was committed since the read models were found level with the log: where nothing was, they still are, and neither
/// the log's 256 ends nor the read models' places in it need be read.
///
/// A snapshot of PostgreSQL names the transactions that are not over. Two that are equal see the same; with the time at which the server
/// was started, so that none of before a failover or a restored backup is taken for one of now.
final class DatabaseRest: Sendable {
    private let level = Mutex<String?>(nil)

    /// What a reader sees who asks now, as a text to compare.
    func moment(of client: PostgresClient) async throws(PostgresError) -> String {
        try await client.query(Self.selectMoment()).one().get(0)
    }

    func isLevel(at moment: String) -> Bool { level.withLock { $0 == moment } }

    func note(levelAt moment: String) { level.withLock { $0 = moment } }

    // MARK: - SQL

    private static let selectMoment = SQL(
        "database_moment_select",
        "SELECT concat_ws(' ', pg_postmaster_start_time(), pg_current_snapshot())"
    )
}
