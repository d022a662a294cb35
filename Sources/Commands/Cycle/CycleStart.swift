import ArgumentParser
import Client
import ReadModels

/// The command `ringmaster cycle start`.
struct CycleStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a cycle of a workflow that the server has loaded.",
        discussion: """
            Prints the cycle's id. The definition is pinned by its digest: changing the file does not change a cycle that \
            has started.

            Examples:
              ringmaster cycle start debian12-rings
              ringmaster cycle start debian12-rings --now
              ringmaster cycle watch "$(ringmaster cycle start debian12-rings --now)"
            """
    )

    @Argument(help: "The workflow's name.")
    var workflow: String

    @Flag(help: "Open every window at once instead of at its time.")
    var now = false

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = StartCycle(workflow: workflow, openNow: now, by: try actor.name(for: server))
        let started = try await server.client().startCycle(request)
        try output.print(started) { _ in [started.id.printable] }
    }
}
