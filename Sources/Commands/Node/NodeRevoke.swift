import ArgumentParser
import ReadModels

/// The command `ringmaster node revoke`.
struct NodeRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a node's key out of trust, for ever.",
        discussion: """
            Its requests are refused from then on, within five seconds, and no stage selects it any more. To bring the host \
            back, enrol it with a new key: it is then a new node.

            Example:
              ringmaster node revoke mi-0a1b2c3d4e5f60718 --reason "disk was stolen"
            """
    )

    @Argument(help: "The node's id, from `ringmaster node ls`.")
    var id: String

    @Option(help: ArgumentHelp("Why, for the log.", valueName: "text"))
    var reason: String

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = RevokeNode(reason: reason, by: try actor.name(for: server))
        let node = try await server.client().revoke(node: id, request)
        try output.print(node) { _ in ["node \(node.id) (\(node.name)) is revoked".printable] }
    }
}
