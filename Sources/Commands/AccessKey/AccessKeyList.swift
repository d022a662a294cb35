import ArgumentParser
import ReadModels

/// The command `ringmaster access-key ls`.
struct AccessKeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the access keys that count, and those that ended in the last 30 days.",
        discussion: """
            Example:
              ringmaster access-key ls
            """
    )

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let keys = try await server.client().accessKeys()
        try output.print(Listing(items: keys), TokenTable(keys, of: .accessKeys))
    }
}
