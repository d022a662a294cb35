import ArgumentParser
import ReadModels

/// The command `ringmaster why`.
struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell in one sentence for each patch why a node has it or not.",
        discussion: """
            Without a patch it tells of all that is on offer or waits for a boot.

            Examples:
              ringmaster why mi-0a1b2c3d4e5f60718
              ringmaster why mi-0a1b2c3d4e5f60718 openssl
              ringmaster why mi-0a1b2c3d4e5f60718 'linux-image-*' -o json
              ringmaster why mi-0a1b2c3d4e5f60718 CVE-2026-1234
            """
    )

    @Argument(help: "The node's id, from `ringmaster node ls`.")
    var id: String

    @Argument(help: "A package's name, a pattern with *, ? and […], or a CVE.")
    var patch: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let view = try await server.client().why(node: id, patch: patch)
        try output.print(view) { WhyPage(view).lines($0) }
    }
}
