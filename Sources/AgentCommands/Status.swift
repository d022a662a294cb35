import ArgumentParser
import HostAgent

/// `ringmaster-agent status`.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what this agent is and does; asks nobody.",
        discussion: """
            EXAMPLES
              ringmaster-agent status
              ringmaster-agent status --state-dir /srv/agent
            """
    )

    @OptionGroup var state: StateOption

    func run() throws {
        AgentCommand.prepareProcess()
        for line in try AgentStatus(state: StateFolder(state.path)).lines() { print(line) }
    }
}
