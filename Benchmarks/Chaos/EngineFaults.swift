import Commands
import DurableStreams
import Foundation
import Simulation
import Time

/// Servers that are killed, paused beyond their leases, and drained, each in turn, while the other goes on.
struct EngineFaults {
    enum Blow: String, CaseIterable {
        case kill = "kill -9"
        case pause = "SIGSTOP beyond the lease"
        case drain = "SIGTERM"

        /// The longest that a message may wait for its decision because of the blow.
        ///
        /// - Parameter isCareful: whoever takes over notes each decision before it makes it, which takes its time.
        func bound(isCareful: Bool) -> Duration { self == .drain && !isCareful ? .seconds(1) : .seconds(10) }
    }

    /// How long a server lies still: longer than its leases hold and another takes to go on.
    private static let pause = Duration.seconds(8)
    /// Until the blow, after all is well.
    private static let calm = 300...1_300

    let world: World
    let plan: Plan

    func run(_ random: RandomSource) async throws {
        var random = random
        let rounds = plan.isLong ? 8 : 1
        let blows = (0..<rounds).flatMap { _ in
            var blows = Blow.allCases.flatMap { blow in world.servers.map { (blow, $0) } }
            blows.shuffle(using: &random)
            return blows
        }
        let calms = blows.map { _ in Duration.milliseconds(Int.random(in: Self.calm, using: &random)) }
        let load = Load(world)
        try await load.during { ledger in
            for ((blow, victim), calm) in zip(blows, calms) {
                try await Task.sleep(for: calm)
                let isCareful = try world.servers.contains { try $0 !== victim && $0.beganCarefully }
                let takeover = try await strike(victim, blow, ledger)
                // While it drains it decides itself.
                let first = blow == .drain ? "" : "first decision for it after \(takeover.first.text), "
                let wait = "longest wait \(takeover.longest.text) of \(takeover.messages) messages"
                world.tell("\(blow.rawValue) of server \(victim.name): \(first)\(wait)")
                let bound = blow.bound(isCareful: isCareful)
                guard takeover.longest <= bound else {
                    throw Broken("a message waited for \(takeover.longest.text), longer than \(bound.text)")
                }
            }
        }
        try await Verdict(world: world).check(load.ledger)
    }

    // MARK: - Steps

    private func strike(_ victim: Server, _ blow: Blow, _ ledger: Ledger) async throws -> Takeover {
        try await world.balanced()
        let shards = try await world.shards(of: victim)
        let struckAt = SystemClock.now()
        switch blow {
        case .kill:
            try victim.strike(SIGKILL)
            try await victim.ended()
        case .pause: try victim.strike(SIGSTOP)
        case .drain: try await victim.drain()
        }
        let survivors = world.servers.filter { $0 !== victim }
        try await wait(for: "the shards of server \(victim.name) are taken", atMost: .seconds(20)) {
            for survivor in survivors where try await shards.isSubset(of: world.shards(of: survivor)) { return true }
            return false
        }
        if blow == .pause {
            let rest = Self.pause - (SystemClock.now() - struckAt)
            if rest > .zero { try await Task.sleep(for: rest) }
            try victim.strike(SIGCONT)
        }
        let takeover = try await Takeover.measured(world, ledger, of: shards, since: struckAt)
        if blow != .pause { try await victim.start() }
        return takeover
    }
}
