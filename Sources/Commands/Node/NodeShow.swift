import ArgumentParser
import ReadModels

/// The command `ringmaster node show`.
struct NodeShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a node: what it lacks, why, and whether it wants a reboot.",
        discussion: """
            Examples:
              ringmaster node show mi-0a1b2c3d4e5f60718
              ringmaster node show mi-0a1b2c3d4e5f60718 -o json
            """
    )

    @Argument(help: "The node's id, from `ringmaster node ls`.")
    var id: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let node = try await server.client().node(id)
        try output.print(node) { NodePage(node).lines($0) }
    }
}
