import ArgumentParser
import HostAgent

/// `ringmaster-agent rotate-key`.
struct RotateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Has the agent take another key.",
        discussion: """
            The agent does it before its next poll, within a minute, or when it starts next; by itself it does so every 90 days. The \
            control plane believes both keys until the new one is used, so that no moment is a wrong one.

            EXAMPLES
              ringmaster-agent rotate-key
            """
    )

    @OptionGroup var state: StateOption

    func run() throws {
        AgentCommand.prepareProcess()
        try StateFolder(state.path).requestKey()
        print("the agent takes another key before its next poll")
    }
}
