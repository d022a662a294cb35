import ArgumentParser
import ReadModels
import Time

/// The command `ringmaster cycle show`.
struct CycleShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a cycle: its stages, lanes, counts, and the gate it waits at.",
        discussion: """
            With --at it is shown as it was at that time, folded from its events.

            Examples:
              ringmaster cycle show CYCLE
              ringmaster cycle show CYCLE --hosts
              ringmaster cycle show CYCLE --at 2026-11-24T02:30:00Z
              ringmaster cycle show CYCLE -o json | jq .counts
            """
    )

    @Argument(help: "The cycle's id, from `ringmaster cycle ls`.")
    var id: String

    @Option(
        help: ArgumentHelp("As it was at this time, ISO 8601 with a zone.", valueName: "time"),
        transform: Timestamp.argument
    )
    var at: Timestamp?

    @Flag(help: "List every host of every lane, not only those in trouble.")
    var hosts = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let cycle = try await server.client().cycle(id, at: at, hosts: true)
        let detail = CyclePage.Detail(showsEveryHost: hosts)
        try output.print(cycle) { CyclePage(cycle, detail: detail, commandSuffix: server.asTyped).lines($0) }
    }
}
