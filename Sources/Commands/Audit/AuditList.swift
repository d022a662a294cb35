import ArgumentParser
import Client
import ReadModels

/// The command `ringmaster audit ls`.
struct AuditList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the newest entries of a month's audit, the oldest of them first.",
        discussion: """
            What came of a change that was let is in the log of what it changed: see `ringmaster events tail`.

            Examples:
              ringmaster audit ls
              ringmaster audit ls --month 2026-10 -n 1000 -o json
            """
    )

    @Option(help: ArgumentHelp("The month, of UTC (otherwise the present one).", valueName: "yyyy-mm"))
    var month: String?

    @Option(name: [.customShort("n"), .customLong("lines")], help: "How many, 1 to 1000.")
    var count = 50

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func validate() throws {
        guard (1...1_000).contains(count) else { throw ValidationError("-n takes 1 to 1000, not \(count).") }
    }

    func run() async throws {
        let page = try await server.client().audit(latest: count, month: month)
        try output.print(page, AuditTable(page))
    }
}
