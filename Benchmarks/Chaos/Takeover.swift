import Commands
import DurableStreams
import Foundation
import Postgres
import Time

/// How long a server's shards were without decisions, by the messages in their inboxes.
struct Takeover {
    /// From the blow to the first decision of a message that was sent after it.
    let first: Duration
    /// The longest that one waited for its decision.
    let longest: Duration
    let messages: Int

    private static let answersSQL =
        "SELECT stream, id, at FROM answer WHERE shard = ANY ($1::int2[]) AND at >= $2"

    /// Waits until what was sent to the shards by now is decided.
    static func measured(
        _ world: World,
        _ ledger: Ledger,
        of shards: Set<Shard>,
        since blow: Timestamp
    ) async throws -> Self {
        // Those that are on their way when the shards are taken count, too.
        try await Task.sleep(for: .milliseconds(300))
        let sent = ledger.entries.filter {
            $0.isByInbox && $0.sentAt >= blow && shards.contains($0.message.stream.shard)
        }
        var answers: [MessageKey: Timestamp] = [:]
        try await wait(for: "what was sent to the shards is decided", atMost: .seconds(20)) {
            let parameters: [Parameter] = [.int16s(shards.map(\.rawValue)), .timestamp(blow)]
            for row in try await world.client.query(.unprepared(answersSQL, parameters)) {
                answers[MessageKey(stream: StreamID(try row.get(0)), id: try row.get(1))] = try row.get(2)
            }
            return sent.allSatisfy { answers[$0.message] != nil }
        }
        let decided = sent.compactMap { entry in answers[entry.message].map { (entry.sentAt, $0) } }
        guard let first = decided.map(\.1).min(), let longest = decided.map({ $1 - $0 }).max() else {
            throw Broken("nothing was sent to the shards that were struck")
        }
        return Self(first: first - blow, longest: longest, messages: decided.count)
    }
}
