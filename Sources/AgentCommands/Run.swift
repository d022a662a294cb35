import ArgumentParser
import HostAgent
import Logging

/// `ringmaster-agent run`.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves orders until it is ended.",
        discussion: """
            Goes on with an order that a kill, a power cut or a reboot interrupted. SIGTERM and SIGINT end it at any \
            moment without harm: a package transaction under way goes on by itself, and the next start takes it up.

            EXAMPLES
              ringmaster-agent run
              ringmaster-agent run --state-dir /srv/agent --log-level debug
            """
    )

    @OptionGroup var state: StateOption

    @Option(help: "The least level that is logged: debug, info, notice, warning or error.", transform: level)
    var logLevel = Logger.Level.info

    func run() async throws {
        AgentCommand.prepareProcess()
        var logger = Logger(label: "ringmaster-agent") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        // The journal makes every moment a safe one to end in, so nothing is unwound.
        let stopListening = try ThisProcess.endOnSignals { [logger] number in
            logger.notice("ending; the next start goes on from the journal", metadata: ["signal": "\(number)"])
        }
        defer { stopListening() }
        try await AgentService(state: StateFolder(state.path), logger: logger).run()
    }

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError("\"\(text)\" is no log level: expected debug, info, notice, warning or error")
        }
        return level
    }
}
