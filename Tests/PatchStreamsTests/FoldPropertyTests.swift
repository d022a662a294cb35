import Domain
import DurableStreams
import PatchStreams
import Testing
import Time

/// A rollout is folded straight from its stored bytes; that gives what decoding each event and folding it gives.
@Suite("A fold of stored bytes")
struct FoldPropertyTests {
    @Test("is the fold of the decoded events, however they are written", arguments: 0..<100 as Range<UInt64>)
    func variants(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let history = RandomHistory(&random)
        let plain = try history.events.map(Self.stored)
        let written = list(plain, &random)
        #expect(try Self.fold(written) == Self.foldDecoded(written), "seed \(seed), as written: \(written)")
        let variants = try plain.map { try StoredVariant($0, &random).text }
        try check(list(variants, &random), "seed \(seed), written in another way")
    }

    @Test("is refused where decoding refuses", arguments: 0..<100 as Range<UInt64>)
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let history = RandomHistory(&random)
        let text = Array(list(try history.events.map(Self.stored), &random).utf8)
        for _ in 0..<6 {
            var damaged = text
            let place = Int.random(in: damaged.indices, using: &random)
            // No digits and signs: numbers stay such as rollouts have.
            let end = Bool.random(using: &random) ? place : place + 1
            let new = Array("\"\\{}[]:, x".utf8).randomElement(using: &random).map { [$0] } ?? []
            damaged.replaceSubrange(place..<end, with: Bool.random(using: &random) ? new : [])
            try check(String(decoding: damaged, as: UTF8.self), "seed \(seed), byte \(place)")
        }
    }

    @Test("decodes nothing of what there is much of", arguments: 0..<50 as Range<UInt64>)
    func plain(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let history = RandomHistory(&random, withUnusual: false)
        var (rollout, expected) = (Rollout(), Rollout())
        for event in history.events {
            let data = try Self.stored(event)
            let bytes = Array("[\(data),".utf8)
            #expect(rollout.evolve(bytes, from: 1) == bytes.count - 1, "seed \(seed): \(data)")
            #expect(Rollout.plainEvent(data) == event, "seed \(seed): \(data)")
            expected.evolve(event)
            #expect(rollout == expected, "seed \(seed): \(data)")
        }
    }

    // MARK: - Steps

    private static let decider = DomainDecider<Rollout>.withoutEffects

    private static func stored(_ event: RolloutEvent) throws -> String { try decider.encode(event).data }

    /// The events as a commit has them.
    private func list(_ data: [String], _ random: inout SplitMix64) -> String {
        let events = data.map { data in
            let actor = ["", #","by":"node/mi-1""#, #","by":"a \"b\" \u00e4""#].randomElement(using: &random) ?? ""
            return #"{"type":"rollout.any.v1","data":"# + data + actor + "}"
        }
        return "[" + events.joined(separator: ",") + "]"
    }

    private func check(_ list: String, _ place: String) throws {
        #expect(outcome { try Self.fold(list) } == outcome { try Self.foldDecoded(list) }, "\(place): \(list)")
    }

    /// nil for what is refused.
    private func outcome(_ fold: () throws -> Rollout) -> Rollout? {
        do { return try fold() } catch { return nil }
    }

    private static func fold(_ list: String) throws -> Rollout {
        let commit = Commit(
            shard: Shard(0),
            position: 1,
            stream: Rollout.stream("r"),
            // What cannot be parsed is refused for that.
            version: (try? Int64(EventList.parse(list).count)) ?? 1,
            events: list,
            actor: "engine",
            cause: "open",
            at: Timestamp(microseconds: 0),
            chain: []
        )
        let stream = StoredStream(stream: commit.stream, exists: true, wakeAt: nil, snapshot: nil, commits: [commit])
        return try stream.fold(decider)?.state ?? Rollout()
    }

    private static func foldDecoded(_ list: String) throws -> Rollout {
        var rollout = Rollout()
        for entry in try EventList.parse(list) {
            rollout.evolve(try DomainJSON.decode(RolloutEvent.self, from: entry.event.data))
        }
        return rollout
    }
}
