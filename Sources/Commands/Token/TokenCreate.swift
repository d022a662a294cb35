import ArgumentParser
import ReadModels

/// The command `ringmaster token create`.
struct TokenCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token for a person or a machine.",
        discussion: """
            The secret is shown once and kept nowhere. Whoever has it acts under the token's name, and may do what its roles \
            may; with --site, --ring or --patch-group, on those hosts alone.

            Examples:
              ringmaster token create --name ana --role operator --expires 90d
              ringmaster token create --name bob --role approver --role auditor
              ringmaster token create --name ci --role viewer --ring early --site Frankfurt --expires 30d -o json
            """
    )

    @OptionGroup var holder: HolderOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = holder.request(by: try actor.name(for: server))
        let token = try await server.client().createToken(request)
        try output.print(token) { TokenPage(token).lines($0) }
    }
}
