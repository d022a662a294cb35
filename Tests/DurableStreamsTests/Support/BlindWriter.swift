import DurableStreams
import Time

/// A writer that always believes that the shard is its own, and often sends a second flush before the first is answered.
struct BlindWriter: Sendable {
    let store: PostgresStore
    let shard: Shard
    let seed: UInt64

    /// - Returns: the commits that were acknowledged.
    func run(rounds: Int) async throws -> [ChainHead] {
        var random = SplitMix64(seed: seed)
        var acknowledged: [ChainHead] = []
        var head = try await store.heads(of: [shard])[0]
        for round in 0..<rounds {
            let first = flush(behind: head, round: round, part: 1)
            var flushes = [first]
            if Bool.random(using: &random) { flushes.append(flush(behind: last(first), round: round, part: 2)) }
            let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
                for (index, flush) in flushes.enumerated() {
                    group.addTask { (index, await self.append(flush)) }
                }
                return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
            }
            for (index, flush) in flushes.enumerated() where outcomes[index] == true {
                acknowledged += flush.parts.flatMap(\.commits).map(\.head)
                head = last(flush)
            }
            let isFenced = outcomes.values.contains(false)
            if isFenced || Int.random(in: 0..<10, using: &random) == 0 { head = try await store.heads(of: [shard])[0] }
        }
        return acknowledged
    }

    private func flush(behind head: ChainHead, round: Int, part: Int) -> Flush {
        // Streams of their own, so that only the chain decides.
        let streams = (0..<2).map { StreamID("test/\(seed)-\(round)-\(part)-\($0)") }
        var result = FlushPart(after: head)
        var head = head
        for stream in streams {
            let commit = Commit.following(head, stream, version: 1, cause: "\(seed)-\(round)-\(part)")
            result.commits.append(commit)
            head = commit.head
        }
        return Flush(parts: [result])
    }

    private func last(_ flush: Flush) -> ChainHead { flush.parts[0].commits[1].head }

    private func append(_ flush: Flush) async -> Bool {
        do throws(StoreError) {
            try await store.append(flush)
            return true
        } catch {
            return false
        }
    }
}
