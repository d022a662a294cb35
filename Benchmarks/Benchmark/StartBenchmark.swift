import ArgumentParser
import Client
import Commands
import ControlPlane
import Postgres
import ReadModels

/// How soon a server is of use.
struct StartBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract:
            "Seconds from a server's start to its readiness and to its first decision, on a store that has lived.",
        discussion: """
            The store is made by running cycles to their end, and by starting others whose hosts have their orders and do not answer. \
            Goal size: --runs 1000000.
            """
    )

    private static let cycleHosts = 50_000
    private static let hostsInFlight = 100

    @Option(help: "Finished host runs, in cycles of 100,000.")
    var runs = 200_000

    @Option(help: "Cycles in flight.")
    var cycles = 20

    @Option(help: "How often the server is started; the median counts.")
    var rounds = 5

    func run() async throws {
        try await ServerProcess.withFolder { folder in
            let settings = try await prepare(folder)
            var options = try HostFleet.options(data: folder)
            options.port = 0
            var (ready, decided): ([Double], [Double]) = ([], [])
            for number in 1...rounds {
                let began = ContinuousClock.now
                let (toReady, toDecided) = try await ServerProcess.serving(options) { server in
                    while try await !server.client.isReady() { try await Task.sleep(for: .milliseconds(5)) }
                    let toReady = ContinuousClock.now - began
                    // An operator's decision needs an engine that owns its shard.
                    let request = CreateActivation(
                        site: "Frankfurt",
                        patchGroup: "Debian12-early",
                        uses: 1,
                        expiresInSeconds: 3_600,
                        by: "benchmark"
                    )
                    _ = try await server.client.createActivation(request)
                    return (toReady / .seconds(1), (ContinuousClock.now - began) / .seconds(1))
                }
                progress("start \(number): \(toReady) s to readiness, \(toDecided) s to a decision")
                ready.append(toReady)
                decided.append(toDecided)
            }
            let figures = StartFigures(
                finishedRuns: (runs + 2 * Self.cycleHosts - 1) / (2 * Self.cycleHosts) * 2 * Self.cycleHosts,
                cyclesInFlight: cycles,
                readySeconds: ready.median.rounded(toPlaces: 2),
                firstDecisionSeconds: decided.median.rounded(toPlaces: 2)
            )
            let bound = "the start of PostgreSQL; then the leases and the heads of 256 shards"
            try Result(benchmark: "start", settings: settings, figures: figures, bound: bound).print()
        }
    }

    // MARK: - Steps

    private func prepare(_ folder: String) async throws -> Settings {
        let sites = 4
        var workflows = ["benchmark": CycleRound.workflow(sites: sites)]
        for number in 0..<cycles { workflows["flight-\(number)"] = Self.flight(number) }
        return try await LocalControlPlane.with(folder: folder, workflows: workflows) { controlPlane in
            try await controlPlane.addNodes(Self.cycleHosts, sites: sites)
            let agents = try await LocalAgents(controlPlane)
            let round = CycleRound(controlPlane: controlPlane, agents: agents, hosts: Self.cycleHosts)
            for number in 1...max(1, (runs + 2 * Self.cycleHosts - 1) / (2 * Self.cycleHosts)) {
                let measured = try await round.run()
                progress("finished cycle \(number): \(measured.seconds.rounded(toPlaces: 1)) s")
            }
            try await fly(controlPlane)
            return try await Settings.read(controlPlane.engine.client)
        }
    }

    /// Starts the cycles that stay in flight, each over nodes of its own, and waits until these have their orders.
    private func fly(_ controlPlane: LocalControlPlane) async throws {
        try await controlPlane.enrol(cycles * Self.hostsInFlight) { number in
            (
                "mi-f" + String(String(10_000_000_000_000_000 + number).dropFirst()), "flight-\(number)",
                "flight-\(number % cycles)", "Debian12-flight"
            )
        }
        for number in 0..<cycles {
            let start = StartCycle(workflow: "flight-\(number)", openNow: true, by: "benchmark")
            _ = try await controlPlane.services.cycles.start(start, key: nil)
        }
        let end = ContinuousClock.now + .seconds(60)
        while try await controlPlane.engine.meter.orderCount() < cycles * Self.hostsInFlight {
            guard ContinuousClock.now < end else { throw Incomplete(what: "the cycles in flight have no orders") }
            try await Task.sleep(for: .milliseconds(50))
        }
        try await controlPlane.projector.catchUp()
    }

    private static func flight(_ number: Int) -> String {
        let window = "window: { opens: now, duration: 8h, cutoff: 1h }"
        return """
            workflow: flight-\(number)
            zone: UTC
            sites:
              - { name: flight-\(number), zone: UTC }
            baselines:
              - name: debian12
                patch-groups: [Debian12-flight]
                rules:
                  - { classification: Security, level: HIGH }
            stages:
              - scan: { targets: { sites: [flight-\(number)] }, \(window) }
              - early: { targets: { sites: [flight-\(number)] }, \(window), concurrency: 100%, errors: 0 }
              - report: {}

            """
    }
}

struct StartFigures: Encodable {
    let finishedRuns: Int
    let cyclesInFlight: Int
    /// From the start of the process until `/readyz` says so.
    let readySeconds: Double
    /// Until an operator's request that needs a decision was answered.
    let firstDecisionSeconds: Double
}
