import ArgumentParser
import ReadModels

/// The command `ringmaster token revoke`.
struct TokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a token out of use, for ever; it holds within five seconds.",
        discussion: """
            Example:
              ringmaster token revoke tok-0a1b2c3d4e5f6071 --reason "ana has left"
            """
    )

    @Argument(help: "The token's id, from `ringmaster token ls`.")
    var id: String

    @Option(help: ArgumentHelp("Why, for the log.", valueName: "text"))
    var reason: String

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = RevokeToken(reason: reason, by: try actor.name(for: server))
        let token = try await server.client().revoke(token: id, request)
        try output.print(token) { _ in ["token \(token.id) of \(token.name) is \(token.state)".printable] }
    }
}
