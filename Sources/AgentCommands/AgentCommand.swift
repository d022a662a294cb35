package import ArgumentParser
import HostAgent

/// The agent's command line: `ringmaster-agent`.
package struct AgentCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "ringmaster-agent",
        abstract: "Patches this host as a Ringmaster control plane orders.",
        discussion: """
            EXAMPLES
              ringmaster-agent enrol --server https://ringmaster.example.com --activation act-1 \\
                  --code-file /run/code --order-key BASE64
              ringmaster-agent run
              ringmaster-agent scan
              ringmaster-agent status
              ringmaster-agent journal
              ringmaster-agent doctor --repair

            EXIT STATUS
              0   done
              1   failed; the reason is on standard error
              2   of the doctor: a repair failed
              64  wrong usage
              75, 194  of once: see there
            """,
        version: AgentVersion.current,
        subcommands: [
            Enrol.self, Run.self, Once.self, Scan.self, Status.self, Journal.self, Doctor.self, RotateKey.self,
        ]
    )

    package init() {}

    /// Runs the command line of this process and ends it.
    package static func start() { QuietProcess.run { await main() } }

    /// What every command needs of its process, once.
    static func prepareProcess() { ThisProcess.ignoreBrokenPipes() }
}

/// The option that all commands of an enrolled agent share.
struct StateOption: ParsableArguments {
    @Option(name: .customLong("state-dir"), help: "The agent's folder: key, configuration, journal.")
    var path = "/var/lib/ringmaster-agent"
}
