import ArgumentParser
import Domain
import ReadModels

/// The command `ringmaster run cancel`.
struct RunCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel a run: hosts that have not begun do not begin.",
        discussion: """
            A host that is at work ends by itself, at the latest by its timeout.

            Example:
              ringmaster run cancel RUN --reason "wrong hosts"
            """
    )

    @Argument(help: "The run's id, from `ringmaster run ls`.")
    var id: String

    @Option(help: ArgumentHelp("Why, for the log.", valueName: "text"))
    var reason = "cancelled"

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = try server.client()
        // A cycle that patches is aborted as a cycle, by somebody who means it.
        let summary = try await client.cycle(id)
        guard summary.workflow == WorkflowDefinition.oneOffRun else {
            throw CommandFailure(
                "\(id) is a cycle of \(summary.workflow), not a one-off run; `ringmaster cycle abort \(id)` aborts it",
                exitCode: .refused
            )
        }
        _ = try await client.steer(id, "abort", SteerCycle(reason: reason, by: try actor.actor()))
        let run = try await client.run(id, .summary)
        try output.print(run) { RunPage(run).lines($0) }
    }
}
