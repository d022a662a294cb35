import ArgumentParser

/// Inbox to decision to commit, with the product's own rollout.
struct RolloutBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout",
        abstract: "Host outcomes per second of one engine.",
        discussion: """
            Opens rollouts, whose hosts all get signed orders at once, and then has each host send the report that ends its run, as a \
            message of its own that it waits for until it is durable. The round ends when every outcome is committed.
            """
    )

    @Option(help: "Rounds that are measured; the median counts.")
    var rounds = 5

    @OptionGroup var load: RolloutLoad

    func run() async throws {
        let (figures, settings) = try await LocalEngine.with { engine in
            let round = RolloutRound(engine: engine, load)
            return (try await measure(round), try await Settings.read(engine.client))
        }
        let bound = Bound.rate(coresIdle: figures.coresIdle)
        try Result(benchmark: "rollout", settings: settings, figures: figures, bound: bound).print()
    }

    private func measure(_ round: RolloutRound) async throws -> RolloutFigures {
        var measured: [RolloutRound.Measurement] = []
        for number in 0...rounds {
            let measurement = try await round.run(number)
            progress(
                "round \(number): \(Int(measurement.ordersPerSecond)) orders/s, "
                    + "\(Int(measurement.outcomesPerSecond)) outcomes/s"
                    + (number == 0 ? " (warming up, not counted)" : "")
            )
            if number > 0 { measured.append(measurement) }
        }
        return RolloutFigures(self, measured)
    }
}

/// The medians, each per host outcome where it is not per second.
struct RolloutFigures: Encodable {
    let lanes: Int
    let hosts: Int
    let senders: Int
    let ordersPerSecond: Int
    let outcomesPerSecond: Int
    let outcomesPerCommit: Int
    let engineCPUMicroseconds: Double
    let databaseCPUMicroseconds: Double
    let walBytes: Int
    let logBytes: Int
    let coresBusy: Double
    let coresIdle: Double

    init(_ plan: RolloutBenchmark, _ rounds: [RolloutRound.Measurement]) {
        func median(_ value: (RolloutRound.Measurement) -> Double) -> Double { rounds.map(value).median }
        lanes = plan.load.lanes
        hosts = plan.load.hosts
        senders = plan.load.senders
        ordersPerSecond = Int(median(\.ordersPerSecond))
        outcomesPerSecond = Int(median(\.outcomesPerSecond))
        outcomesPerCommit = Int(median(\.outcomesPerCommit))
        engineCPUMicroseconds = median(\.usage.engineMicroseconds).rounded(toPlaces: 1)
        databaseCPUMicroseconds = median(\.usage.databaseMicroseconds).rounded(toPlaces: 1)
        walBytes = Int(median(\.usage.walBytes))
        logBytes = Int(median(\.logBytes))
        coresBusy = median(\.usage.coresBusy).rounded(toPlaces: 2)
        coresIdle = median(\.usage.coresIdle).rounded(toPlaces: 2)
    }
}
