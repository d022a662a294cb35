package import ArgumentParser
import Glibc

/// `ringmaster`: every subcommand is listed here and nowhere else.
package struct RingmasterCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "ringmaster",
        abstract: "Patch a fleet ring by ring, and prove that you did.",
        discussion: """
            One cycle goes scan, early, main, late, report; after each stage a gate holds until what it asks for is so.

            Examples:
              ringmaster cycle start debian12-rings --now
              ringmaster cycle watch CYCLE
              ringmaster cycle approve CYCLE --stage early

            Environment:
              RINGMASTER_PROFILE     the profile (--profile)
              RINGMASTER_SERVER      the control plane (--server)
              RINGMASTER_TOKEN       your token itself
              RINGMASTER_TOKEN_FILE  the file with your token (--token-file)
              RINGMASTER_CA_FILE     the certificate authority of the control plane (--ca-file)
              RINGMASTER_DATABASE    the database of serve, migrate, log verify and evidence build (--database)
              NO_COLOR               no colours

            Exit codes:
            \(Ending.list)

            Completion in the shell: `ringmaster --generate-completion-script bash`, `zsh` or `fish` prints it.
            """,
        subcommands: [
            Quickstart.self,
            ServeCommand.self,
            MigrateCommand.self,
            CACommand.self,
            ActivationCommand.self,
            OrderKeyCommand.self,
            NodeCommand.self,
            WhyCommand.self,
            CycleCommand.self,
            RunCommand.self,
            AdvisoryCommand.self,
            SLACommand.self,
            DeliveryCommand.self,
            EventsCommand.self,
            EngineCommand.self,
            LogCommand.self,
            ReportCommand.self,
            EvidenceCommand.self,
            WorkflowCommand.self,
            PolicyCommand.self,
            BaselineCommand.self,
            PatchCommand.self,
            WindowCommand.self,
            RehearseCommand.self,
            SlotsCommand.self,
            TokenCommand.self,
            AccessKeyCommand.self,
            AuditCommand.self,
        ]
    )

    package init() {}

    /// Reads the command line, runs what it asks for, and ends the process with the code that tells how it went.
    package static func run(_ arguments: [String]? = nil) async -> Never {
        signal(SIGPIPE, SIG_IGN)  // a closed pipe is an error of the write, which says what to do about it
        let command: any ParsableCommand
        do {
            command = try parseAsRoot(arguments)
        } catch {
            exit(withError: error)
        }
        do {
            try await run(command)
        } catch let code as ExitCode {
            exit(withError: code)
        } catch {
            // The parser's own errors, help among them, have codes of their own; every other error has this one.
            guard exitCode(for: error) == .failure else { exit(withError: error) }
            let report = FailureReport(error)
            StandardOutput.note(report.line)
            exit(withError: report.exitCode)
        }
        exit()
    }

    private static func run(_ command: sending any ParsableCommand) async throws {
        guard var asynchronous = command as? any AsyncParsableCommand else {
            var command = command
            return try command.run()
        }
        try await asynchronous.run()
    }
}
