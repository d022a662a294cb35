import Client
import Commands
import ControlPlaneTestSupport
import Postgres
import ReadModels

/// Stock agents before one server: they wait, and a part of them gets orders.
struct StockRound: Sendable {
    /// As long as a poll is held.
    private static let hold = Duration.seconds(15)
    private static let patience = Duration.seconds(180)

    let agents: Int
    let part: Int
    let rounds: Int
    let seconds: Int

    func run(_ options: ServerProcess.Options) async throws -> (StockFigures, Settings) {
        let (fleet, port) = try await ServerProcess.serving(options) { server in
            (try await StockFleet.registered(agents, early: part, at: server), server.port)
        }
        // What registering has taken is not what waiting takes: a new server is measured, at the same address.
        var options = options
        options.port = port
        return try await ServerProcess.serving(options) { server in
            try await server.withDatabase { client in
                let meter = Meter(client: client, engine: server.process)
                let settings = try await Settings.read(client)
                let figures = try await fleet.running(over: Self.hold) {
                    try await measure(fleet, server, meter)
                }
                return (figures, settings)
            }
        }
    }

    // MARK: - Steps

    private func measure(_ fleet: StockFleet, _ server: ServerProcess, _ meter: Meter) async throws -> StockFigures {
        // Until all wait, and what beginning took is over.
        try await Task.sleep(for: Self.hold + Self.hold)
        let idle = try await usage(meter) { try await Task.sleep(for: .seconds(seconds)) }
        progress("idle: \((idle.engineMicroseconds / 1e6 / idle.seconds).rounded(toPlaces: 3)) cores")
        let busy = try await usage(meter) {
            for number in 1...rounds {
                try await Self.cycle(server)
                progress("cycle \(number) is complete")
            }
        }
        var pickUps: [Double] = []
        for agent in fleet.agents { pickUps += await agent.pickUps.map { $0 / .seconds(1) } }
        return StockFigures(
            agents: agents,
            idle: idle,
            busy: busy,
            residentMiB: server.process.residentMiB,
            pickUps: pickUps
        )
    }

    private func usage(_ meter: Meter, _ body: () async throws -> Void) async throws -> Usage {
        let before = try await meter.read()
        try await body()
        return Usage(from: before, to: try await meter.read(), outcomes: 1)
    }

    /// Returns when a cycle is complete.
    static func cycle(_ server: ServerProcess) async throws {
        let start = StartCycle(workflow: "benchmark", openNow: true, by: "benchmark")
        let id = try await server.client.startCycle(start).id
        try await completed(id, server)
    }

    static func completed(_ id: String, _ server: ServerProcess) async throws {
        let end = ContinuousClock.now + patience
        while true {
            let view = try await server.client.cycle(id)
            if view.state == "completed" { return }
            guard ContinuousClock.now < end, view.counts.failed == 0 else {
                throw Incomplete(what: "cycle \(id) is \(view.state), with \(view.counts.failed) failures")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

struct StockFigures: Encodable, Sendable {
    private static let mostMiB = 800 * 1_000_000 / (1 << 20)
    private static let mostCores = 1.5
    private static let mostSeconds = 2.0

    let agents: Int
    let residentMiB: Int
    let highestResidentMiB: Int
    /// While all wait.
    let idleCores: Double
    let databaseIdleCores: Double
    /// While a part of them gets orders and carries them out.
    let busyCores: Double
    let pickUps: Int
    /// From an order's being due to the agent's having its message.
    let pickUpP50Seconds: Double
    let pickUpP99Seconds: Double
    /// The goals that are not met.
    let missed: [String]

    init(agents: Int, idle: Usage, busy: Usage, residentMiB: (now: Int, highest: Int), pickUps: [Double]) {
        self.agents = agents
        self.residentMiB = residentMiB.now
        highestResidentMiB = residentMiB.highest
        let cores = { (microseconds: Double, usage: Usage) in (microseconds / 1e6 / usage.seconds).rounded(toPlaces: 3)
        }
        idleCores = cores(idle.engineMicroseconds, idle)
        databaseIdleCores = cores(idle.databaseMicroseconds, idle)
        busyCores = cores(busy.engineMicroseconds, busy)
        self.pickUps = pickUps.count
        pickUpP50Seconds = pickUps.median.rounded(toPlaces: 2)
        pickUpP99Seconds = pickUps.quantile(0.99).rounded(toPlaces: 2)
        missed = [
            residentMiB.highest > Self.mostMiB ? "800 MB" : nil,
            max(idleCores, busyCores) > Self.mostCores ? "1.5 cores" : nil,
            pickUps.isEmpty || pickUpP50Seconds > Self.mostSeconds ? "2 s to the message" : nil,
        ].compactMap(\.self)
    }
}
