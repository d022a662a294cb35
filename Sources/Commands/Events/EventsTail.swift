import ArgumentParser
import Client
import ReadModels

/// The command `ringmaster events tail`.
struct EventsTail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Print the newest events of the log, oldest first, and go on with new ones if asked.",
        discussion: """
            With -o json each event is one line. The engine's own streams, which tell who owned which part of the log, are \
            left out without --all.

            Examples:
              ringmaster events tail --follow
              ringmaster events tail --stream cycle/CYCLE --from-start
              ringmaster events tail -n 100 -o json | jq -r '[.at, .actor, .type] | @tsv'
            """
    )

    /// Events asked for at once.
    private static let pageSize = 500
    private static let lineLimits = 1...1_000
    /// How long the server may hold back an answer; below the client's own limit for one.
    private static let waitSeconds = 25

    @Option(help: ArgumentHelp("Only the events of this stream.", valueName: "stream"))
    var stream: String?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many of the newest events.", valueName: "count"))
    var lines = 20

    @Flag(help: "Begin with the first event instead.")
    var fromStart = false

    @Flag(help: "Print the engine's own events, too.")
    var all = false

    @Flag(name: .shortAndLong, help: "Wait for new events until interrupted.")
    var follow = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard Self.lineLimits.contains(lines) else {
            throw ValidationError("--lines takes 1 to 1000; for more, read on from --from-start.")
        }
    }

    func run() async throws {
        let client = try server.client()
        let style = OutputStyle.detected()
        var cursor: String?
        if !fromStart {
            let page = try await client.latestEvents(lines, stream: stream, includesEngine: all)
            try print(page, style)
            guard follow else { return }
            cursor = page.cursor
        }
        while true {
            let page = try await client.events(
                after: cursor,
                stream: stream,
                includesEngine: all,
                limit: Self.pageSize,
                waitSeconds: follow ? Self.waitSeconds : 0
            )
            try print(page, style)
            guard follow || (!page.events.isEmpty && page.cursor != cursor) else { return }
            if page.events.isEmpty, page.cursor == cursor { try await Task.sleep(for: .milliseconds(200)) }
            cursor = page.cursor
        }
    }

    private func print(_ page: EventPage, _ style: OutputStyle) throws {
        let lines = try page.events.map { event in
            switch output.output {
            case .json: try JSONText.line(event)
            case .table: output.times.showing { EventLine(event).line(style) }
            }
        }
        if !lines.isEmpty { try StandardOutput.print(lines) }
    }
}
