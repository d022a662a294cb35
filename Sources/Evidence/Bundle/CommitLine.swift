import DurableStreams
import FoundationEssentials
import PatchStreams
import Time

/// A commit as a line of an events' file: all that its chain value is made of.
struct CommitLine: Codable {
    var shard: Int16
    var position: Int64
    var stream: String
    var version: Int64
    /// The stored text, to the byte.
    var events: String
    var actor: String
    var cause: String
    /// Microseconds since 1970.
    var at: Int64
    /// Lower-case hexadecimal.
    var chain: String

    init(_ commit: Commit) {
        shard = commit.shard.rawValue
        position = commit.position
        stream = commit.stream.rawValue
        version = commit.version
        events = commit.events
        actor = commit.actor
        cause = commit.cause
        at = commit.at.microseconds
        chain = Hexadecimal.text(commit.chain)
    }

    /// nil when the shard or the chain value is none.
    var commit: Commit? {
        guard let shard = Shard.all.first(where: { $0.rawValue == shard }), let chain = Hexadecimal.bytes(chain) else {
            return nil
        }
        return Commit(
            shard: shard,
            position: position,
            stream: StreamID(stream),
            version: version,
            events: events,
            actor: actor,
            cause: cause,
            at: Timestamp(microseconds: at),
            chain: chain
        )
    }
}
