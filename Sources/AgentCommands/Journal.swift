import ArgumentParser
import HostAgent

/// `ringmaster-agent journal`.
struct Journal: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what happened on this host, oldest first; asks nobody.",
        discussion: """
            EXAMPLES
              ringmaster-agent journal
              ringmaster-agent journal --order 'rollout-1#0#1'
              ringmaster-agent journal --last 1000 -o json
            """
    )

    @OptionGroup var state: StateOption
    @OptionGroup var output: OutputOption

    @Option(help: "What happened in this order alone.")
    var order: String?

    @Option(help: "How many of the last events, at most \(JournalLine.maximumCount).")
    var last = 200

    func validate() throws {
        guard (1...JournalLine.maximumCount).contains(last) else {
            throw ValidationError("--last \(last) is not between 1 and \(JournalLine.maximumCount)")
        }
    }

    func run() throws {
        AgentCommand.prepareProcess()
        let lines = try JournalLine.read(StateFolder(state.path), order: order, last: last)
        switch output.format {
        case .json: try OutputOption.printJSON(lines)
        case .text: for line in lines { print(line) }
        }
    }
}
