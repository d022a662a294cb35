import ArgumentParser
import ReadModels
import Time

/// The command `ringmaster window next`.
struct WindowNext: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "The next openings, in the time of each site and in UTC.",
        discussion: """
            Openings in which clocks are changed are marked, as are those that business hours or a freeze cut.

            Examples:
              ringmaster window next
              ringmaster window next early --count 30 --from 2027-03-01T00:00:00Z
            """
    )

    @Argument(help: "A window of the policy; otherwise all of them.")
    var window: String?

    @Option(help: "How many openings, 1 to 1000.")
    var count = 10

    @Option(
        help: ArgumentHelp("From when on; otherwise from now on.", valueName: "time"),
        transform: Timestamp.argument
    )
    var from: Timestamp?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: ListOutputOptions

    func run() async throws {
        let windows = try await server.client().windows(named: window, from: from, count: count)
        try output.print(Listing(items: windows), WindowTable(windows))
    }
}
