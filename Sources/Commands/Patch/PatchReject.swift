import ArgumentParser
import ReadModels
import Time

/// The command `ringmaster patch reject`.
struct PatchReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Reject a patch in every baseline, halt what would still install it, list who has it.",
        discussion: """
            From then on no plan has it. A cycle that is installing it is halted: hosts in flight reach their end, nothing new \
            starts, and it cannot be resumed; abort it and start another, or accept the patch again. A cycle whose plan has it \
            halts before its next stage.

            Examples:
              ringmaster patch reject openssl --reason "breaks the payment gateway"
              ringmaster patch reject 'openssl=3.0.2-0ubuntu1.15' --reason "breaks TLS 1.0 clients" --expires 2026-12-31
            """
    )

    @Argument(help: "A package, a package with its version, or a KB; may hold * and ?.")
    var patch: String

    @Option(help: ArgumentHelp("Why, for the log and for everybody who asks.", valueName: "text"))
    var reason: String

    @Option(
        help: ArgumentHelp("The last day (UTC) on which it holds; otherwise until it is accepted.", valueName: "day"),
        transform: CivilDate.argument
    )
    var expires: CivilDate?

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = RejectPatch(entry: patch, reason: reason, expires: expires, by: try actor.name(for: server))
        let rejection = try await server.client().reject(request)
        try output.print(rejection) { HolderTable(rejection).lines($0) }
    }
}
