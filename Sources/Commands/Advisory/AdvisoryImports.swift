import ArgumentParser
import ReadModels

/// The command `ringmaster advisory imports`.
struct AdvisoryImports: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "imports",
        abstract: "List the imports, the latest first: what came when, from where, and what it changed.",
        discussion: """
            Examples:
              ringmaster advisory imports
              ringmaster advisory imports --feed al2023 -o json | jq -r '.items[0].fact.sha256'
            """
    )

    @Option(help: ArgumentHelp("Only those of this feed.", valueName: "name"))
    var feed: String?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 50

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func validate() throws { try RowLimit.check(limit) }

    func run() async throws {
        let imports = try await server.client().advisoryImports(feed: feed, limit: limit)
        try output.print(Listing(items: imports), ImportTable(imports))
    }
}
