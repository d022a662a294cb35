import Domain
import Foundation
import Testing
import Time

/// A stream as an engine runs it: decide, evolve event by event, collect effects; nothing is kept that is not in the events.
struct Stream<State: EventSourced> {
    private(set) var state = State()
    private(set) var events: [State.Event] = []

    /// The events and effects of a message; its refusal is thrown.
    @discardableResult
    mutating func send(
        _ message: State.Message,
        at now: Timestamp,
        by actor: String = "ada"
    ) throws(State.Refusal) -> (events: [State.Event], effects: [State.Effect]) {
        let decided = try state.decide(message, now: now, actor: actor)
        var effects: [State.Effect] = []
        for event in decided {
            state.evolve(event)
            effects += state.effects(of: event)
        }
        events += decided
        return (decided, effects)
    }

    /// The state that a fresh fold of the stored events gives; also half by a stored snapshot, half by its tail.
    func checkFold(_ comment: Comment) throws {
        let stored = try events.map { try coded($0) }
        #expect(stored == events, comment)
        var folded = State()
        for (index, event) in stored.enumerated() {
            if index == stored.count / 2 { folded = try coded(folded) }
            folded.evolve(event)
        }
        #expect(folded == state, comment)
    }
}

/// What comes back from storage.
func coded<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
}

func seconds(_ count: Int) -> Timestamp { Timestamp(microseconds: 0) + .seconds(count) }

/// Deterministic random numbers: a seed in a failure's message plays it again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func text(_ alphabet: String, _ lengths: ClosedRange<Int>) -> String {
        String((0..<Int.random(in: lengths, using: &self)).compactMap { _ in alphabet.randomElement(using: &self) })
    }
}

extension RolloutSpec {
    /// A lane whose window is open from 1,000 s to 11,000 s, its cutoff at 10,000 s.
    static func sample(
        targets: Int,
        concurrency: Limit = .percent(100),
        errors: Limit = .percent(100),
        operation: Operation? = nil,
        deliverySeconds: Int = 600,
        hostRunSeconds: Int = 3_000
    ) -> RolloutSpec {
        let window = WindowOccurrence(opens: seconds(1_000), cutoff: seconds(10_000), closes: seconds(11_000))
        let work = InstallWork(
            planDigest: "d1",
            patchSets: [
                PatchSet(patches: []),
                PatchSet(patches: [Patch(name: "openssl", architecture: "amd64", version: "3.0.17-1")]),
            ],
            setOfTarget: (0..<targets).map { $0 % 2 },
            reboot: .ifNeeded
        )
        return RolloutSpec(
            cycle: "c",
            stage: "early",
            rollout: "c/early/London/Debian12-early",
            site: "London",
            patchGroup: "Debian12-early",
            operation: operation ?? .install(work),
            targets: (0..<targets).map { "mi-\($0)" },
            window: window,
            rateControl: RateControl(maxConcurrency: concurrency, maxErrors: errors),
            deliverySeconds: deliverySeconds,
            hostRunSeconds: hostRunSeconds
        )
    }
}

extension HostFact {
    static let installedWell = HostFact.installed(inventory: "i1", patches: [], reboot: nil)
    static let brokenDown = HostFact.failed(.conflict, detail: "held broken packages", inventory: nil, patches: [])
}

extension RolloutMessage {
    static func report(_ index: Int, _ sequence: Int, _ fact: HostFact) -> RolloutMessage {
        .report(
            HostReport(index: index, attempt: 1, sequence: sequence, happenedAt: seconds(0), fact: fact),
            node: "mi-\(index)"
        )
    }
}
