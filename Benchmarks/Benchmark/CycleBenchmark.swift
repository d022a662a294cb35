import ArgumentParser

/// A whole cycle without HTTP.
struct CycleBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cycle",
        abstract: "A full cycle without HTTP (scan, plan, three rings, report), for several sizes of the fleet.",
        discussion: """
            Agents answer at once. Engine, worker, projector and agents share this process; each size has a PostgreSQL of its own. \
            Nodes are there before.
            """
    )

    @Option(help: "Sizes, smallest first; the first is what the others' time per host is compared with.")
    var hosts = [10_000, 100_000]

    @Option(help: "Lanes of a cycle (default: one for 5,000 hosts).")
    var lanes: Int?

    func run() async throws {
        var sizes: [CycleFigures.Size] = []
        var settings: Settings?
        for count in hosts {
            let sites = max(1, (lanes ?? count / 5_000) / CycleRound.rings.count)
            let workflows = ["benchmark": CycleRound.workflow(sites: sites)]
            let (measured, read) = try await LocalControlPlane.with(workflows: workflows) { controlPlane in
                try await controlPlane.addNodes(count, sites: sites)
                let agents = try await LocalAgents(controlPlane)
                let measured = try await CycleRound(controlPlane: controlPlane, agents: agents, hosts: count).run()
                return (measured, try await Settings.read(controlPlane.engine.client))
            }
            settings = read
            sizes.append(.init(hosts: count, lanes: sites * CycleRound.rings.count, measured, first: sizes.first))
            progress("\(count) hosts: \(Int(measured.seconds)) s, stages \(measured.stages)")
        }
        guard let settings, let last = sizes.last else { throw ValidationError("--hosts needs a size") }
        let bound = Bound.rate(coresIdle: last.coresIdle)
        try Result(benchmark: "cycle", settings: settings, figures: CycleFigures(sizes: sizes), bound: bound).print()
    }
}

struct CycleFigures: Encodable {
    struct Size: Encodable {
        let hosts: Int
        let lanes: Int
        let seconds: Double
        let stageSeconds: [String: Double]
        let projectionSeconds: Double
        let microsecondsPerHost: Double
        /// Of the first size's time per host.
        let timesFirst: Double
        /// Engine, worker, projector and agents; the highest so far.
        let highestResidentMiB: Int
        /// For each scan or install.
        let engineCPUMicroseconds: Double
        let databaseCPUMicroseconds: Double
        let walBytes: Int
        let coresBusy: Double
        let coresIdle: Double

        init(hosts: Int, lanes: Int, _ measured: CycleRound.Measurement, first: Size?) {
            self.hosts = hosts
            self.lanes = lanes
            seconds = measured.seconds.rounded(toPlaces: 1)
            stageSeconds = measured.stages.mapValues { $0.rounded(toPlaces: 1) }
            projectionSeconds = measured.projectionSeconds.rounded(toPlaces: 1)
            let perHost = measured.seconds / Double(hosts) * 1e6
            microsecondsPerHost = perHost.rounded(toPlaces: 1)
            timesFirst = first.map { (perHost / $0.microsecondsPerHost).rounded(toPlaces: 2) } ?? 1
            highestResidentMiB = ProcessID.own.residentMiB.highest
            engineCPUMicroseconds = measured.usage.engineMicroseconds.rounded(toPlaces: 1)
            databaseCPUMicroseconds = measured.usage.databaseMicroseconds.rounded(toPlaces: 1)
            walBytes = Int(measured.usage.walBytes)
            coresBusy = measured.usage.coresBusy.rounded(toPlaces: 2)
            coresIdle = measured.usage.coresIdle.rounded(toPlaces: 2)
        }
    }

    let sizes: [Size]
}
