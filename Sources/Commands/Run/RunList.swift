import ArgumentParser
import Domain
import ReadModels

/// The command `ringmaster run ls`.
struct RunList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the one-off runs, the latest first.",
        discussion: """
            Examples:
              ringmaster run ls
              ringmaster run ls -o json | jq -r '.items[] | select(.state == "running") | .id'
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let runs = try await server.client().cycles().filter { $0.workflow == WorkflowDefinition.oneOffRun }
        let empty = "No run yet; `ringmaster run --help` says how to start one."
        try output.print(Listing(items: runs), CycleTable(runs, emptyText: empty))
    }
}
