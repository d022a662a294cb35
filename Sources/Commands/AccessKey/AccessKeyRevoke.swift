import ArgumentParser
import ReadModels

/// The command `ringmaster access-key revoke`.
struct AccessKeyRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take an access key out of use, for ever; it holds within five seconds.",
        discussion: """
            Example:
              ringmaster access-key revoke RMAK0A1B2C3D4E5F6071 --reason "the pipeline is gone"
            """
    )

    @Argument(help: "The access key's id, from `ringmaster access-key ls`.")
    var id: String

    @Option(help: ArgumentHelp("Why, for the log.", valueName: "text"))
    var reason: String

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = RevokeToken(reason: reason, by: try actor.name(for: server))
        let key = try await server.client().revoke(accessKey: id, request)
        try output.print(key) { _ in ["access key \(key.id) of \(key.name) is \(key.state)".printable] }
    }
}
