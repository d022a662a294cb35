import ArgumentParser
import Client
import ReadModels

/// The command `ringmaster events tail`.
struct EventsTail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Print the events of the log, oldest first, and go on with new ones if asked.",
        discussion: """
            With -o json each event is one line.

            Examples:
              ringmaster events tail --follow
              ringmaster events tail --stream cycle/CYCLE
              ringmaster events tail -o json | jq -r '[.at, .actor, .type] | @tsv'
            """
    )

    /// Events asked for at once.
    private static let pageSize = 500
    /// How long the server may hold back an answer; below the client's own limit for one.
    private static let waitSeconds = 25

    @Option(help: ArgumentHelp("Only the events of this stream.", valueName: "stream"))
    var stream: String?

    @Flag(name: .shortAndLong, help: "Wait for new events until interrupted.")
    var follow = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = try server.client()
        let style = OutputStyle.detected()
        var cursor: String?
        while true {
            let page = try await client.events(
                after: cursor,
                stream: stream,
                limit: Self.pageSize,
                waitSeconds: follow ? Self.waitSeconds : 0
            )
            let lines = try page.events.map { event in
                switch output.output {
                case .json: try JSONText.line(event)
                case .table: EventLine(event).line(style)
                }
            }
            if !lines.isEmpty { try StandardOutput.print(lines) }
            guard follow || (!page.events.isEmpty && page.cursor != cursor) else { return }
            if page.events.isEmpty, page.cursor == cursor { try await Task.sleep(for: .milliseconds(200)) }
            cursor = page.cursor
        }
    }
}
