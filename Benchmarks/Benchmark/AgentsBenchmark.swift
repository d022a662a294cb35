import AgentProtocol
import ArgumentParser
import Client
import ReadModels

/// What one server takes of the agents' protocol.
struct AgentsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents",
        abstract: "Reports per second over HTTP, each acknowledged when it is durable; latency at half that rate.",
        discussion: """
            A server process with a private PostgreSQL, and hosts that run whole cycles of a scan and an install over the loopback. \
            Each report is a signed request of its own. First every host sends its next report when the last is acknowledged; then \
            reports leave at set times, and the time to the acknowledgement counts from there. Hosts, server and PostgreSQL share the machine.
            """
    )

    @Option(help: "Hosts, each with a connection of its own.")
    var hosts = 2_000

    @Option(help: "Cycles at full speed, and again as many at half that; the median counts.")
    var cycles = 3

    func run() async throws {
        let (figures, settings) = try await ServerProcess.withFolder { folder in
            try await ServerProcess.serving(try HostFleet.options(data: folder)) { server in
                let fleet = try await HostFleet.enrolled(hosts, at: server)
                return try await server.withDatabase { client in
                    let meter = Meter(client: client, engine: server.process)
                    let figures = try await measure(AgentsRound(fleet: fleet, server: server, meter: meter))
                    return (figures, try await Settings.read(client))
                }
            }
        }
        let bound = Bound.rate(coresIdle: figures.coresIdle) + "; hosts' requests take part of it, loadCPUMicroseconds"
        try Result(benchmark: "agents", settings: settings, figures: figures, bound: bound).print()
    }

    // MARK: - Steps

    private func measure(_ round: AgentsRound) async throws -> AgentsFigures {
        _ = try await round.run(reportsPerSecond: nil)
        progress("warm")
        var full: [AgentsRound.Phase] = []
        for number in 1...cycles {
            full += try await round.run(reportsPerSecond: nil)
            progress("cycle \(number): \(full.suffix(2).map { "\(Int($0.reportsPerSecond))/s" })")
        }
        let pace = full.map(\.reportsPerSecond).median / 2
        var half: [AgentsRound.Phase] = []
        for number in 1...cycles {
            half += try await round.run(reportsPerSecond: pace)
            let worst = half.suffix(2).map { Int($0.latencies.quantile(0.99)) }
            progress("cycle \(number) at \(Int(pace))/s: p99 \(worst) ms")
        }
        return AgentsFigures(hosts: hosts, full: full, half: half, pace: pace)
    }
}

/// The medians; usage is for each report at full speed.
struct AgentsFigures: Encodable, Sendable {
    let hosts: Int
    let reportsPerSecond: Int
    let halfRate: Int
    let halfRateP50Milliseconds: Double
    let halfRateP99Milliseconds: Double
    let serverCPUMicroseconds: Double
    let databaseCPUMicroseconds: Double
    let loadCPUMicroseconds: Double
    let walBytes: Int
    let coresBusy: Double
    let coresIdle: Double

    init(hosts: Int, full: [AgentsRound.Phase], half: [AgentsRound.Phase], pace: Double) {
        let latencies = half.flatMap(\.latencies)
        self.hosts = hosts
        reportsPerSecond = Int(full.map(\.reportsPerSecond).median)
        halfRate = Int(pace)
        halfRateP50Milliseconds = latencies.median.rounded(toPlaces: 1)
        halfRateP99Milliseconds = latencies.quantile(0.99).rounded(toPlaces: 1)
        serverCPUMicroseconds = full.map(\.usage.engineMicroseconds).median.rounded(toPlaces: 1)
        databaseCPUMicroseconds = full.map(\.usage.databaseMicroseconds).median.rounded(toPlaces: 1)
        loadCPUMicroseconds = full.map(\.usage.loadMicroseconds).median.rounded(toPlaces: 1)
        walBytes = Int(full.map(\.usage.walBytes).median)
        coresBusy = full.map(\.usage.coresBusy).median.rounded(toPlaces: 2)
        coresIdle = full.map(\.usage.coresIdle).median.rounded(toPlaces: 2)
    }
}
