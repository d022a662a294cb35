package import AgentProtocol
import Glibc

/// Which boot the host is in, and how it gets into the next.
package struct Boot: BootControl {
    /// How long the reboot command may take to end this process.
    private static let patience = Duration.seconds(300)
    /// After a reboot command that failed: what hindered it may pass.
    package static let pauseAfterFailure = Duration.seconds(60)

    /// Names the present boot on Linux.
    static let identityFile = "/proc/sys/kernel/random/boot_id"

    #if os(Windows)
    static let defaultCommand = ["C:\\Windows\\System32\\shutdown.exe", "/r", "/t", "60", "/d", "p:2:17"]
    #else
    static let defaultCommand = ["systemctl", "reboot"]
    #endif

    private let identityFile: String
    private let command: [String]

    package init(identityFile: String, command: [String]) {
        self.identityFile = identityFile
        self.command = command
    }

    /// The boot the host is in.
    package func current() throws(StepFailure) -> BootFacts {
        let text: String?
        do throws(FileFailure) {
            text = try DurableFile.text(identityFile)
        } catch {
            throw StepFailure(.unknown, error.description)
        }
        guard let id = text?.split(whereSeparator: \.isWhitespace).first else {
            throw StepFailure(.unknown, "\(identityFile) names no boot; set --boot-identity to a file that does")
        }
        return BootFacts(bootID: String(id), kernel: Self.kernel())
    }

    /// Runs the reboot command and waits for the end of this process.
    ///
    /// - Returns: why this process is still there.
    package func reboot(clock: any Clock<Duration>) async throws -> String {
        guard let tool = command.first else { return "no reboot command is configured" }
        let result: Tool.Result
        do throws(StepFailure) {
            result = try await Tool().capture(tool, Array(command.dropFirst()), within: Self.patience)
        } catch {
            try await clock.sleep(for: Self.pauseAfterFailure)
            return error.description
        }
        guard result.isSuccess else {
            try await clock.sleep(for: Self.pauseAfterFailure)
            return "\(command.joined(separator: " ")) failed, \(result.status): \(result.tail)"
        }
        try await clock.sleep(for: Self.patience)
        return "\(command.joined(separator: " ")) succeeded, and \(Self.patience) later the host still runs"
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The kernel that runs this machine.
    static func kernel() -> String {
        var name = utsname()
        guard uname(&name) == 0 else { return "" }
        return withUnsafeBytes(of: &name.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
