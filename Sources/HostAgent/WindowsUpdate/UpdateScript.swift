import AgentProtocol
import FoundationEssentials
import WindowsScripts

/// Runs the script that speaks with Windows Update.
package protocol UpdateScript: Sendable {
    /// Gives the script these lines, and then the end of its input; ends it at the limit.
    ///
    /// - Parameter hear: is given each line that it says, as it comes.
    /// - Returns: how it ended, in words.
    func run(
        _ requests: [String],
        within limit: Duration,
        hear: @escaping @Sendable (String) -> Void
    ) async throws(StepFailure) -> String
}

/// The script in Windows PowerShell: a process for each conversation, for the update agent's memory grows with each search.
package struct PowerShell: UpdateScript {
    private let command: [String]
    private let file: String
    private let longestLine: Int

    /// - Parameters:
    ///   - file: where the script is kept for PowerShell to read, in a folder of the agent's own.
    ///   - command: PowerShell with its options; the file's name comes behind.
    ///   - longestLine: of what it says, in bytes: 2,000 updates fit.
    package init(file: String, command: [String] = Self.command, longestLine: Int = 16 << 20) {
        self.file = file
        self.longestLine = longestLine
        self.command = command
    }

    /// Of the version that is part of Windows, by its path: a folder in `PATH` may be anybody's.
    package static var command: [String] {
        let root = ProcessInfo.processInfo.environment["SystemRoot"] ?? "C:\\Windows"
        return [
            root + "\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", "-NoLogo", "-NoProfile", "-NonInteractive",
            "-ExecutionPolicy", "Bypass", "-File",
        ]
    }

    /// The script's text.
    package static var script: [UInt8] { WindowsScripts.update }

    package func run(
        _ requests: [String],
        within limit: Duration,
        hear: @escaping @Sendable (String) -> Void
    ) async throws(StepFailure) -> String {
        let input = "\(file).\(UUID().uuidString)"
        do throws(FileFailure) {
            // Whoever changed it: what runs is what the agent was built with.
            try DurableFile.write(Self.script, to: file, mode: 0o600)
            try DurableFile.write(Array(requests.map { $0 + "\n" }.joined().utf8), to: input, mode: 0o600)
        } catch {
            throw StepFailure(.disk, error.description)
        }
        // What stays behind harms nobody.
        defer { try? DurableFile.remove(input) }
        let result = try await Tool.inheriting.converse(
            command[0],
            Array(command.dropFirst()) + [file],
            input: input,
            longestLine: longestLine,
            within: limit,
            hear: hear
        )
        return result.tail.isEmpty ? result.status : "\(result.status): \(result.tail)"
    }
}
