import ArgumentParser
import Postgres

/// A long read beside full load.
struct SnapshotBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Host outcomes per second while a report's transaction keeps a snapshot open, against without.",
        discussion: "Rows that die meanwhile cannot be cleaned up before it ends. Goal length: --seconds 120."
    )

    @Option(help: "How long the snapshot is kept; the same time without goes before.")
    var seconds = 20

    @OptionGroup var load: RolloutLoad

    func run() async throws {
        let (figures, settings) = try await LocalEngine.with { engine in
            let round = RolloutRound(engine: engine, load)
            _ = try await round.run(0)
            let without = try await rounds(round, from: 1)
            let snapshot = Task { try await hold(engine.client) }
            let outcome: Swift.Result<[RolloutRound.Measurement], any Error>
            do {
                outcome = .success(try await rounds(round, from: without.count + 1))
            } catch {
                outcome = .failure(error)
            }
            snapshot.cancel()
            try await snapshot.value
            let figures = SnapshotFigures(seconds: seconds, without: without, with: try outcome.get())
            return (figures, try await Settings.read(engine.client))
        }
        let bound = "rows that are dead and cannot be cleaned up: index entries that are passed over"
        try Result(benchmark: "snapshot", settings: settings, figures: figures, bound: bound).print()
    }

    // MARK: - Steps

    private func rounds(_ round: RolloutRound, from first: Int) async throws -> [RolloutRound.Measurement] {
        var measured: [RolloutRound.Measurement] = []
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            measured.append(try await round.run(first + measured.count))
            progress("\(Int(measured.last?.outcomesPerSecond ?? 0)) outcomes/s")
        }
        return measured
    }

    /// Keeps a snapshot until cancelled, as a long report does.
    private func hold(_ client: PostgresClient) async throws {
        var options = TransactionOptions()
        options.isolation = .repeatableRead
        options.isReadOnly = true
        try await client.withTransaction(options) { transaction in
            while !Task.isCancelled {
                _ = try await transaction.query(.unprepared("SELECT count(*) FROM stream"))
                // Cancelled when the load is over.
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }
}

struct SnapshotFigures: Encodable, Sendable {
    let seconds: Int
    let outcomesPerSecondWithout: Int
    let outcomesPerSecondWith: Int
    /// Of the last quarter of the time, when the most has piled up.
    let outcomesPerSecondAtTheEnd: Int
    /// With, of without.
    let share: Double
    /// Of engine and PostgreSQL for each outcome: other work on the machine disturbs it less than the rate.
    let cpuMicrosecondsWithout: Double
    let cpuMicrosecondsWith: Double

    init(seconds: Int, without: [RolloutRound.Measurement], with: [RolloutRound.Measurement]) {
        let rates = with.map(\.outcomesPerSecond)
        let before = without.map(\.outcomesPerSecond).median
        self.seconds = seconds
        outcomesPerSecondWithout = Int(before)
        outcomesPerSecondWith = Int(rates.median)
        outcomesPerSecondAtTheEnd = Int(Array(rates.suffix(max(1, rates.count / 4))).median)
        share = (rates.median / max(1, before)).rounded(toPlaces: 2)
        cpuMicrosecondsWithout = without.map(Self.cpu).median.rounded(toPlaces: 1)
        cpuMicrosecondsWith = with.map(Self.cpu).median.rounded(toPlaces: 1)
    }

    private static func cpu(_ measured: RolloutRound.Measurement) -> Double {
        measured.usage.engineMicroseconds + measured.usage.databaseMicroseconds
    }
}
