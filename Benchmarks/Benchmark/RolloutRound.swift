import Domain
import DurableStreams
import PatchStreams
import Postgres
import Time

/// One round: rollouts from their opening to their last outcome.
struct RolloutRound: Sendable {
    struct Measurement: Sendable {
        var ordersPerSecond: Double
        var outcomesPerSecond: Double
        var outcomesPerCommit: Double
        /// Bytes of events in the log for each outcome.
        var logBytes: Double
        var usage: Usage
    }

    private static let patience = Duration.seconds(300)
    private static let patches = [
        Patch(name: "libssl3", architecture: "amd64", version: "3.0.17-1~deb12u3"),
        Patch(name: "openssl", architecture: "amd64", version: "3.0.17-1~deb12u3"),
    ]

    let engine: LocalEngine
    let lanes: Int
    /// Of each lane.
    let hosts: Int
    /// Hosts that report at the same time.
    let senders: Int

    init(engine: LocalEngine, lanes: Int, hosts: Int, senders: Int) {
        self.engine = engine
        self.lanes = lanes
        self.hosts = hosts
        self.senders = senders
    }

    init(engine: LocalEngine, _ load: RolloutLoad) {
        self.init(engine: engine, lanes: load.lanes, hosts: load.hosts, senders: load.senders)
    }

    private var store: PostgresStore { engine.store }
    private var sender: MessageSender { engine.sender }
    private var meter: Meter { engine.meter }

    /// The rollouts of a round.
    func names(_ number: Int) -> [String] { (0..<lanes).map { "benchmark-\(number)/early/us-east-1/\($0)" } }

    func run(_ number: Int) async throws -> Measurement {
        let names = names(number)
        let total = Double(hosts * lanes)
        let orderTime = try await ContinuousClock().measure { try await order(names) }
        let messages = try names.flatMap { name in try (0..<hosts).map { try report($0, of: name) } }
        let before = try await meter.read()
        try await report(messages)
        try await waitForEnd(of: names)
        let after = try await meter.read()
        var (commits, bytes) = (0, 0)
        for name in names {
            let log = try await StreamReader(store: store).commits(of: Rollout.stream(name))
            let reported = log.filter { $0.cause.hasPrefix("report/") }
            commits += reported.count
            bytes += reported.reduce(0) { $0 + $1.events.utf8.count }
        }
        let usage = Usage(from: before, to: after, outcomes: total)
        return Measurement(
            ordersPerSecond: total / (orderTime / .seconds(1)),
            outcomesPerSecond: total / usage.seconds,
            outcomesPerCommit: total / Double(max(1, commits)),
            logBytes: Double(bytes) / total,
            usage: usage
        )
    }

    // MARK: - Steps

    /// Opens the rollouts and waits until each host has its order.
    private func order(_ names: [String]) async throws {
        for name in names {
            try await ask("open", Rollout.stream(name), .open(spec(name)))
            // As its cycle does once all lanes of the stage are open.
            try await ask("resume", Rollout.stream(name), .resume(revision: 1, by: "benchmark"))
        }
        let end = ContinuousClock.now + Self.patience
        while try await meter.orderCount() < hosts * lanes {
            guard ContinuousClock.now < end else { throw Incomplete(what: "not every host got its order") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Every host sends one report and waits until it is durable.
    private func report(_ messages: [Message]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<senders {
                group.addTask {
                    for index in stride(from: first, to: messages.count, by: senders) {
                        try await sender.send([messages[index]])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Messages to a stream are decided in their order: what is asked last is answered last.
    private func waitForEnd(of names: [String]) async throws {
        for name in names { try await ask("last", Rollout.stream(name), .pause(revision: 2)) }
        for name in names {
            let stream = Rollout.stream(name)
            let rollout = try await StreamReader(store: store).fold(DomainDecider<Rollout>.withoutEffects, stream)
            guard rollout?.state.counts[.succeeded] == hosts else {
                throw Incomplete(what: "not every host of \(name) succeeded")
            }
        }
    }

    private func ask(_ id: String, _ stream: StreamID, _ content: RolloutMessage) async throws {
        let message = try message(id, stream, content, actor: "worker/benchmark")
        guard case .accepted = try await sender.ask(message, timeout: Self.patience) else {
            throw Incomplete(what: "\(stream) refused \(id)")
        }
    }

    // MARK: - Content

    private func spec(_ name: String) -> RolloutSpec {
        let now = wallTime()
        return RolloutSpec(
            cycle: "benchmark",
            stage: "early",
            rollout: name,
            site: "us-east-1",
            patchGroup: "Debian12-early",
            operation: .install(
                InstallWork(
                    planDigest: String(repeating: "0123456789abcdef", count: 4),
                    patchSets: [PatchSet(patches: Self.patches)],
                    setOfTarget: Array(repeating: 0, count: hosts),
                    reboot: .ifNeeded
                )
            ),
            targets: (0..<hosts).map(node),
            window: WindowOccurrence(opens: now, cutoff: now + .seconds(7_200), closes: now + .seconds(10_800)),
            rateControl: RateControl(maxConcurrency: .percent(100), maxErrors: .percent(5))
        )
    }

    private func node(_ index: Int) -> String {
        let digits = String(0x1_0000_0000 + index, radix: 16)
        return "mi-0000000ab" + digits.suffix(8)
    }

    private func report(_ index: Int, of name: String) throws -> Message {
        let fact = HostFact.installed(
            inventory: String(repeating: "fedcba9876543210", count: 4),
            patches: Self.patches.map { patch in
                PatchOutcome(patch: patch, state: .installed, before: "3.0.16-1~deb12u1", after: patch.version)
            },
            reboot: nil
        )
        let now = wallTime()
        let report = HostReport(index: index, attempt: 1, sequence: 3, happenedAt: now, fact: fact)
        let id = "report/\(name)#\(index)#1/3"
        return try message(id, Rollout.stream(name), .report(report, node: node(index)), actor: "node/" + node(index))
    }

    private func message(_ id: String, _ stream: StreamID, _ content: RolloutMessage, actor: String) throws -> Message {
        Message(
            id: id,
            stream: stream,
            kind: content.kind,
            body: try DomainJSON.encode(content),
            actor: actor,
            receivedAt: wallTime()
        )
    }
}

/// The figures would mean nothing.
struct Incomplete: Error, CustomStringConvertible {
    let what: String

    var description: String { "the round is void: \(what)" }
}
