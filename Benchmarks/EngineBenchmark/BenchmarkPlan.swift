/// What is driven.
struct BenchmarkPlan: Sendable {
    var rounds = 7
    /// Rollouts at a time.
    var lanes = 1
    /// Hosts of each rollout; each sends one report.
    var hosts = 10_000
    /// Hosts that report at the same time, each waiting until its report is durable.
    var senders = 1_000
}
