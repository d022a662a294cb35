import ArgumentParser
import ReadModels

/// The command `ringmaster node approve`.
struct NodeApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let a node be patched that is only scanned so far.",
        discussion: """
            For nodes that enrolled with an activation that `--requires-approval`. The next stage that installs selects it.

            Example:
              ringmaster node approve mi-0a1b2c3d4e5f60718
            """
    )

    @Argument(help: "The node's id, from `ringmaster node ls`.")
    var id: String

    @OptionGroup var actor: ActorOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let node = try await server.client().approve(node: id, ApproveNode(by: try actor.name(for: server)))
        try output.print(node) { _ in ["node \(node.id) (\(node.name)) may be patched".printable] }
    }
}
