import DurableStreams
import EmbeddedPostgres
import Foundation
import Logging
import Postgres
import Time

/// Drives inbox, decision and commit end to end against a PostgreSQL of its own, with fsync on, on this machine.
///
///     swift run -c release engine-benchmark [ROUNDS] [LANES] [SENDERS]
@main
struct EngineBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        var plan = BenchmarkPlan()
        if let rounds = arguments.first { plan.rounds = rounds }
        if let lanes = arguments.dropFirst().first { plan.lanes = lanes }
        if let senders = arguments.dropFirst(2).first { plan.senders = senders }

        var logger = Logger(label: "engine-benchmark")
        logger.logLevel = .warning
        let folder = FileManager.default.temporaryDirectory.appending(path: "engine-benchmark-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            do {
                try FileManager.default.removeItem(atPath: folder)
            } catch {
                print("cannot remove \(folder): \(error)")
            }
        }
        let server = try await EmbeddedPostgres.start(dataFolder: folder, logger: logger)
        do {
            try await run(plan, server: server, folder: folder, logger: logger)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private static func run(
        _ plan: BenchmarkPlan,
        server: EmbeddedPostgres,
        folder: String,
        logger: Logger
    ) async throws {
        let client = try PostgresClient(PostgresConfiguration(conninfo: server.conninfo), logger: logger)
        let migrations = try Migration.load(directory: "db/migrations").filter { $0.number == 1 }
        _ = try await Migrator(migrations, logger: logger).run(client)
        let store = PostgresStore(client: client)
        let hints = Hints()
        let engine = EngineService(
            id: "benchmark",
            store: store,
            types: [StreamType(ToyRollout())],
            hints: hints,
            logger: logger
        )
        let sender = MessageSender(store: store, hints: hints)
        let meter = Meter(dataFolder: folder, client: client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            try await BenchmarkRun(plan: plan, store: store, sender: sender, meter: meter).run()
            group.cancelAll()
        }
        await client.close()
    }
}

/// The machine's clock.
@Sendable func wallTime() -> Timestamp {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000)
}
