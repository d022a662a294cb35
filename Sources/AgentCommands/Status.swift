import ArgumentParser
import HostAgent

/// `ringmaster-agent status`.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what this agent is and does; asks nobody.",
        discussion: """
            EXAMPLES
              ringmaster-agent status
              ringmaster-agent status -o json
              ringmaster-agent status --state-dir /srv/agent
            """
    )

    @OptionGroup var state: StateOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        AgentCommand.prepareProcess()
        let status = try await AgentStatus.read(StateFolder(state.path))
        switch output.format {
        case .json: try OutputOption.printJSON(status)
        case .text:
            for line in status.lines {
                let space = String(repeating: " ", count: max(1, 14 - line.label.count))
                print("\(line.label)\(space)\(line.text)")
            }
        }
    }
}
