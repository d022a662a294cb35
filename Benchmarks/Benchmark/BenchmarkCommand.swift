import ArgumentParser

/// The project's benchmarks, by name.
@main
struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Measure Ringmaster on this machine, with a PostgreSQL of its own that keeps every commit on disk.",
        discussion: """
            Progress goes to standard error; the result is one line of JSON, so that two versions can be compared.

            Examples:
              benchmark rollout
              benchmark rollout --lanes 4 --rounds 3
              benchmark cycle --hosts 1000000 --lanes 200
            """,
        subcommands: [
            FeedsBenchmark.self,
            RolloutBenchmark.self, AgentsBenchmark.self, IdleBenchmark.self, CycleBenchmark.self, StartBenchmark.self,
            GrowthBenchmark.self, FoldingBenchmark.self, SnapshotBenchmark.self, ApproveBenchmark.self,
            ScheduleBenchmark.self, EvaluationBenchmark.self, EvidenceBenchmark.self, HostTableBenchmark.self,
            PatchStatesBenchmark.self, SignatureBenchmark.self, StockAgentsBenchmark.self,
            PagesBenchmark.self,
        ]
    )
}
