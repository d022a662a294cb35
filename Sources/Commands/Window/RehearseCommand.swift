import ArgumentParser
import ReadModels
import Time

/// The command `ringmaster rehearse`.
struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Work a cycle out before it happens: lane by lane, with the present fleet. Changes nothing.",
        discussion: """
            Shows when each lane opens in its site's time, how many hosts its window and concurrency leave time for, when the \
            last of them would reboot, and what stands against it: freezes, business hours, changes of clocks, kinds of hosts \
            that reboot in one night. Approvals are taken to come at once.

            Exit codes: 0 when all hosts fit and nothing stands against it, 1 otherwise.

            Example:
              ringmaster rehearse monthly-patch-cycle --from 2026-12-06T12:00:00Z
            """
    )

    @Argument(help: "The workflow's name.")
    var workflow: String

    @Option(
        help: ArgumentHelp("When the cycle starts; otherwise now.", valueName: "time"),
        transform: Timestamp.argument
    )
    var from: Timestamp?

    @Option(help: ArgumentHelp("Minutes that a host needs from its order to its last reboot.", valueName: "minutes"))
    var hostMinutes = 30

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let view = try await server.client().rehearse(workflow, from: from, hostMinutes: hostMinutes)
        try output.print(view) { RehearsalPage(view).lines($0) }
        if !view.isClean { throw ExitCode.checkFailed }
    }
}
