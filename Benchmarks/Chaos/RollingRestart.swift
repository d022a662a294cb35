import AgentProtocol
import Commands
import DurableStreams
import Foundation
import ReadModels
import SimulatedAgents
import Simulation
import Synchronization

/// Servers and PostgreSQL are restarted in turn while a cycle patches a fleet that speaks the agents' protocol.
struct RollingRestart {
    private static let sites = ["us-east-1", "Frankfurt", "ap-southeast-2"]
    private static let rings = ["early", "main", "late"]
    /// Hosts that enrol at the same time.
    private static let enrolling = 128
    /// How long an order takes on a host, in milliseconds.
    private static let work = 0...2_000
    /// Between two restarts, in milliseconds.
    private static let calm = 500...2_000
    private static let cyclePatience = Duration.seconds(300)
    /// Restarts below which the run says nothing.
    private static let leastRestarts = 4

    let world: World
    let plan: Plan

    private var hosts: Int { plan.isLong ? 5_000 : 2_000 }
    private var cycles: Int { plan.isLong ? 3 : 1 }
    private var person: Operator { Operator(servers: world.servers) }

    func run(_ random: RandomSource) async throws {
        var random = random
        let (fleet, orders) = (try await enrolled(), Orders())
        let serving: [@Sendable () async throws -> Void] = fleet.map { host in
            {
                try await host.serve(taking: { .milliseconds(Int.random(in: Self.work)) }) { order in
                    orders.note(order, of: host.node)
                }
            }
        }
        let seeds = (0..<cycles).map { _ in random.next() }
        try await Companions.during(serving) {
            for (number, seed) in seeds.enumerated() {
                let began = ContinuousClock.now
                let restarts = try await cycleUnderRestarts(RandomSource(seed: seed))
                let time = (ContinuousClock.now - began).text
                world.tell("cycle \(number + 1) of \(hosts) hosts took \(time), with \(restarts) restarts")
                guard restarts >= Self.leastRestarts else { throw Broken("\(restarts) restarts are too few") }
            }
        }
        let verdict = Verdict(world: world)
        try await verdict.check(orders.all, hosts: fleet.map(\.node), runsOfEach: 2 * cycles)
    }

    // MARK: - Steps

    private func enrolled() async throws -> [HostClient] {
        var activations: [ActivationView] = []
        for (site, ring) in Self.sites.flatMap({ site in Self.rings.map { (site, $0) } }) {
            let request = CreateActivation(
                site: site,
                patchGroup: "Debian12-\(ring)",
                uses: hosts / (Self.sites.count * Self.rings.count) + 1,
                expiresInSeconds: 3_600,
                by: "chaos"
            )
            activations.append(try await person.createActivation(request))
        }
        let (numbers, urls) = (0..<hosts, world.urls)
        let fleet = try await withThrowingTaskGroup(of: HostClient.self) { [activations] group in
            var fleet: [HostClient] = []
            for number in numbers {
                if number >= Self.enrolling, let host = try await group.next() { fleet.append(host) }
                let activation = activations[number % activations.count]
                group.addTask {
                    try await .enrolled(
                        "host-\(number)",
                        with: activation,
                        at: urls,
                        patience: HostClient.longPatience
                    )
                }
            }
            for try await host in group { fleet.append(host) }
            return fleet
        }
        try await wait(for: "all hosts are known", atMost: .seconds(60)) { try await person.nodeCount() == hosts }
        world.tell("\(fleet.count) hosts are enrolled")
        return fleet
    }

    /// Runs a cycle to its end while everything is restarted, in turn and again.
    ///
    /// - Returns: how many restarts there were.
    private func cycleUnderRestarts(_ random: RandomSource) async throws -> Int {
        let isOver = Flag()
        return try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var (random, count) = (random, 0)
                while !isOver.isSet { count += try await restartAll(&random, until: isOver) }
                return count
            }
            group.addTask {
                try await cycle()
                isOver.set()
                return 0
            }
            return try await group.reduce(0, +)
        }
    }

    private func cycle() async throws {
        let id = try await person.startCycle(StartCycle(workflow: "debian12-rings", openNow: true, by: "chaos"))
        let end = ContinuousClock.now + Self.cyclePatience
        while true {
            let view = try await person.cycle(id)
            if view.state == "completed" {
                guard view.counts.targets == 2 * hosts, view.counts.succeeded == 2 * hosts else {
                    throw Broken("the cycle is completed with \(view.counts)")
                }
                return
            }
            guard ["planned", "running"].contains(view.state), ContinuousClock.now < end else {
                throw Broken("the cycle is \(view.state) in stage \(view.stage ?? "-") with \(view.counts)")
            }
            try await person.approve(view)
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func restartAll(_ random: inout RandomSource, until isOver: Flag) async throws -> Int {
        var count = 0
        for server in world.servers.shuffled(using: &random) where !isOver.isSet {
            try await Task.sleep(for: .milliseconds(Int.random(in: Self.calm, using: &random)))
            let time = try await server.drain()
            try await server.start()
            world.tell("server \(server.name) restarted; it ended in \(time.text)")
            count += 1
        }
        guard !isOver.isSet else { return count }
        try await world.restartPostgres()
        world.tell("PostgreSQL restarted")
        return count + 1
    }
}

/// Which orders each host carried out.
private final class Orders: Sendable {
    private let content = Mutex<[String: [String]]>([:])

    var all: [String: [String]] { content.withLock { $0 } }

    func note(_ order: Order, of node: String) { content.withLock { $0[node, default: []].append(order.id) } }
}

/// Something that happens once.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }

    func set() { state.withLock { $0 = true } }
}
