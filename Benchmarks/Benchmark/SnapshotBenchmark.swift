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
            let without = try await rates(round, from: 1)
            let snapshot = Task { try await hold(engine.client) }
            let outcome: Swift.Result<[Double], any Error>
            do {
                outcome = .success(try await rates(round, from: without.count + 1))
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

    private func rates(_ round: RolloutRound, from first: Int) async throws -> [Double] {
        var rates: [Double] = []
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            rates.append(try await round.run(first + rates.count).outcomesPerSecond)
            progress("\(Int(rates.last ?? 0)) outcomes/s")
        }
        return rates
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

    init(seconds: Int, without: [Double], with: [Double]) {
        self.seconds = seconds
        outcomesPerSecondWithout = Int(without.median)
        outcomesPerSecondWith = Int(with.median)
        outcomesPerSecondAtTheEnd = Int(Array(with.suffix(max(1, with.count / 4))).median)
        share = (with.median / max(1, without.median)).rounded(toPlaces: 2)
    }
}
