import ArgumentParser
import ReadModels

/// The command `ringmaster cycle ls`.
struct CycleList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the cycles, the latest first.",
        discussion: """
            Examples:
              ringmaster cycle ls
              ringmaster cycle ls -o json | jq -r '.items[] | select(.state == "running") | .id'
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let cycles = try await server.client().cycles()
        try output.print(Listing(items: cycles), CycleTable(cycles))
    }
}
