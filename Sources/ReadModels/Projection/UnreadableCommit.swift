import DurableStreams
import Postgres

/// A commit that the read models cannot take, nor what comes behind it in its shard.
struct UnreadableCommit: Error, CustomStringConvertible {
    let shard: Shard
    let position: Int64
    let description: String

    /// - Parameter commit: the first one of a step that needs what cannot be read.
    /// - Throws: the error itself, when it tells nothing of a commit: nobody answers, or the step is cancelled.
    init(_ commit: Commit?, _ error: any Error) throws {
        let isOfStore = (error as? StoreError).map { $0.code != .unsealed } ?? false
        guard let commit, !isOfStore, !(error is PostgresError), !(error is CancellationError) else { throw error }
        (shard, position) = (commit.shard, commit.position)
        description = "stream \(commit.stream): \(error)"
    }
}

/// The read models are behind the log, and nothing comes of reading it.
package struct ReadModelsStall: Error, CustomStringConvertible {
    package let description: String

    init(_ place: LogCursor, _ end: LogCursor) {
        let shards = Shard.all.filter { place[$0] < end[$0] }.map { "\($0)" }
        description =
            "the read models are behind the log in shards \(shards.joined(separator: ", ")), and reading it brings nothing; "
            + "look with `ringmaster log verify`, and restart the server"
    }
}
