import ArgumentParser

/// How much is asked of one engine.
struct RolloutLoad: ParsableArguments {
    @Option(help: "Rollouts at a time.")
    var lanes = 1

    @Option(help: "Hosts of each rollout.")
    var hosts = 10_000

    @Option(help: "Hosts that report at the same time, each waiting until its report is durable.")
    var senders = 1_000
}
