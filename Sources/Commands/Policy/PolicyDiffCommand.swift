import ArgumentParser
import Domain
import ReadModels
import Workflows

/// The command `ringmaster policy diff`.
struct PolicyDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what applying a folder would change, and for how many hosts.",
        discussion: """
            Exit codes: 0 when nothing would change, 1 when something would.

            Example:
              ringmaster policy diff policy
            """
    )

    @OptionGroup var folder: PolicyFolderOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let diff = try await server.client().diff(try await folder.read().policy)
        try output.print(diff) { PolicyDiffTable(diff).lines($0) }
        if !diff.changes.isEmpty { throw ExitCode.checkFailed }
    }
}
