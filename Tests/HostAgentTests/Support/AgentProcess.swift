import Foundation
import LocalFleet
import Subprocess
import SystemPackage

/// The built `ringmaster-agent`, as a process of its own.
struct AgentProcess {
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("ringmaster-agent").path

    let state: String
    let log: String

    /// Runs one command to its end.
    ///
    /// - Returns: its exit status, standard output and standard error.
    static func command(_ arguments: [String], input: String = "") async throws -> (Bool, String, String) {
        let result = try await Subprocess.run(
            .path(FilePath(executable)),
            arguments: Arguments(arguments),
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        return (result.terminationStatus.isSuccess, result.standardOutput, result.standardError)
    }

    /// Runs the agent until it ends or the task is cancelled; a new one after each end, as init does.
    ///
    /// - Parameter started: hears the process id of each.
    func supervise(_ started: @escaping @Sendable (pid_t) -> Void) async throws {
        while !Task.isCancelled {
            let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw FleetFailure("cannot write \(log)") }
            _ = try await Subprocess.run(
                .path(FilePath(Self.executable)),
                arguments: ["run", "--state-dir", state],
                input: .none,
                output: .fileDescriptor(FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            ) { execution in
                started(execution.processIdentifier.value)
            }
            // One that ends at once must not keep the machine busy.
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
