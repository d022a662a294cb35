import ArgumentParser
import ControlPlane
import DurableStreams
import Postgres

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

    @Option(help: "Rollouts at a time.")
    var lanes = 1

    @Option(help: "Hosts of each rollout.")
    var hosts = 10_000

    @Option(help: "Hosts that report at the same time, each waiting until its report is durable.")
    var senders = 1_000

    func run() async throws {
        try await PrivateDatabase.with { database in
            let (engineClient, client) = (try database.client(connections: 3), try database.client(connections: 8))
            try await database.migrate(client)
            let hints = Hints()
            let engine = EngineService(
                id: "benchmark",
                store: PostgresStore(client: engineClient),
                types: StreamTypes.all(orderKey: OrderSigningKey()),
                hints: hints,
                logger: database.logger
            )
            let store = PostgresStore(client: client)
            let meter = Meter(client: client)
            let sender = MessageSender(store: store, hints: hints)
            let figures = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await engine.run() }
                defer { group.cancelAll() }
                return try await measure(RolloutRound(plan: self, store: store, sender: sender, meter: meter))
            }
            await engineClient.close()
            await client.close()
            try Result(benchmark: "rollout", figures: figures).print()
        }
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
    /// Cores at work, of all there are: below that, waiting for the disk is what bounds the rate.
    let coresBusy: Double

    init(_ plan: RolloutBenchmark, _ rounds: [RolloutRound.Measurement]) {
        func median(_ value: (RolloutRound.Measurement) -> Double) -> Double { rounds.map(value).median }
        lanes = plan.lanes
        hosts = plan.hosts
        senders = plan.senders
        ordersPerSecond = Int(median(\.ordersPerSecond))
        outcomesPerSecond = Int(median(\.outcomesPerSecond))
        outcomesPerCommit = Int(median(\.outcomesPerCommit))
        engineCPUMicroseconds = median(\.usage.engineMicroseconds).rounded(toPlaces: 1)
        databaseCPUMicroseconds = median(\.usage.databaseMicroseconds).rounded(toPlaces: 1)
        walBytes = Int(median(\.usage.walBytes))
        logBytes = Int(median(\.logBytes))
        coresBusy = median { $0.usage.coresBusy }.rounded(toPlaces: 2)
    }
}
