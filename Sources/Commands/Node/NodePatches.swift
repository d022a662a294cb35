import ArgumentParser
import Domain
import ReadModels

/// The command `ringmaster node patches`.
struct NodePatches: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patches",
        abstract: "List a node's patches with their states, as its last inventory shows them.",
        discussion: """
            The states are those of AWS SSM. What speaks against the node comes first.

            Examples:
              ringmaster node patches mi-0a1b2c3d4e5f60718 --state Missing
              ringmaster node patches mi-0a1b2c3d4e5f60718 -o json | jq .counts
            """
    )

    @Argument(help: "The node's id, from `ringmaster node ls`.")
    var id: String

    @Option(help: "Only those in this state.")
    var state: PatchState?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        var view = try await server.client().patches(ofNode: id)
        if let state { view.patches = view.patches.filter { $0.state == state.rawValue } }
        try output.print(view, NodePatchesPage(view))
    }
}

extension PatchState: ExpressibleByArgument {}
