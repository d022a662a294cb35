import ArgumentParser
import ReadModels

/// The command `ringmaster patch accept`.
struct PatchAccept: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Take back what `patch reject` did.",
        discussion: """
            The next plan may have the patch again. Cycles that were halted for it go on when a person resumes them.

            Example:
              ringmaster patch accept openssl --reason "fixed in the gateway"
            """
    )

    @Argument(help: "The entry, as it was rejected.")
    var patch: String

    @Option(help: ArgumentHelp("Why, for the log.", valueName: "text"))
    var reason: String

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = AcceptPatch(entry: patch, reason: reason, by: try actor.name(for: server))
        let view = try await server.client().accept(request)
        try output.print(view) { _ in ["\(patch) is accepted again".printable] }
    }
}
