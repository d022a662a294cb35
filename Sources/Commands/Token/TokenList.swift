import ArgumentParser
import ReadModels

/// The command `ringmaster token ls`.
struct TokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the tokens that count, and those that ended in the last 30 days.",
        discussion: """
            Example:
              ringmaster token ls
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let tokens = try await server.client().tokens()
        try output.print(Listing(items: tokens), TokenTable(tokens))
    }
}
