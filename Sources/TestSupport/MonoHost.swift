import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage
import WindowsScripts

/// A Windows host in a folder: the one-shot that such hosts compile, run by Mono, and Windows Update, PowerShell and taskkill as
/// programs of the tests' own (Tests/WindowsHost): bash runs the scripts.
package struct MonoHost: Sendable {
    /// An update of the host's.
    package struct Update: Codable, Sendable {
        package enum State: String, Codable, Sendable { case offered, pending, installed }

        package var kb: String
        package var id: String
        package var revision = 200
        package var title: String
        package var state = State.offered
        /// It takes effect with the next boot.
        package var reboots = false
        /// By how much the build's revision is higher after its boot.
        package var moves = 0
        /// The next boot brings the former build back.
        package var isRolledBack = false
        package var isHidden = false
        package var canAsk = false
        /// The HRESULT with which it fails.
        package var fails: String?

        /// - Parameter kb: the article, such as `5036909`.
        package init(_ kb: String, title: String = "Security Update") {
            self.kb = kb
            id = "00000000-0000-4000-8000-00000" + kb.suffix(7)
            self.title = title
        }

        package var version: String { "\(id).\(revision)" }
    }

    private struct Host: Codable {
        var boot = 7
        var revision = 2402
        var installs: [String] = []
        var updates: [Update]
    }

    package struct Run: Sendable, CustomStringConvertible {
        /// 194 where Windows would see 3010, for Linux has one byte for it.
        package var status: Int32
        package var output: String
        package var errors: String

        package var description: String { "status \(status)\n\(output)\n\(errors)" }
    }

    /// What a status of 3010 is here.
    package static let reboot: Int32 = 3010 % 256

    private static let programs = ["mono", "mcs", "python3"].map { "/usr/bin/\($0)" }
    /// Whether what runs it is installed: `scripts/test` does it.
    package static let isPossible = programs.allSatisfy { access($0, X_OK) == 0 }

    private let folder: String
    private let sources = URL(filePath: #filePath).appending(path: "../../../Tests/WindowsHost").standardized.path

    package init(_ updates: [Update]) throws {
        folder = try TemporaryFolder.make()
        guard mkdir(state, 0o700) == 0 else { throw TemporaryFolder.Failure(description: "cannot make \(state)") }
        try write(Host(updates: updates))
    }

    /// A file of the tests' own on it.
    package func file(_ name: String) -> String { "\(folder)/\(name)" }

    /// What the one-shot keeps from one start to the next.
    package var journal: String { state + "/journal.json" }

    private var state: String { folder + "/state" }
    private var windows: String { folder + "/windows.json" }
    private var program: String { folder + "/once.exe" }

    /// Compiles the one-shot as Windows PowerShell does, by the rules of C# 5.
    ///
    /// - Parameter source: as it was fetched.
    package func compile(_ source: [UInt8] = WindowsScripts.oneShot) async throws {
        let file = folder + "/once.cs"
        try Data(source).write(to: URL(filePath: file))
        let result = try await Self.run(
            "/usr/bin/mcs",
            [
                "-langversion:5", "-warnaserror", "-r:System.Numerics,System.Web.Extensions", "-out:\(program)", file,
                sources + "/Harness.cs",
            ]
        )
        guard result.status == 0 else { throw TemporaryFolder.Failure(description: "the one-shot: \(result)") }
    }

    /// One start of the one-shot, by a stock agent that shares these credentials.
    package func start(
        _ environment: [String: String],
        accessKey: String,
        secret: String,
        token: String
    ) async throws -> Run {
        let credentials = folder + "/credentials"
        let lines = [
            "[default]", "aws_access_key_id = \(accessKey)", "aws_secret_access_key = \(secret)",
            "aws_session_token = \(token)", "",
        ]
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: credentials))
        var environment = environment
        environment["AWS_SHARED_CREDENTIALS_FILE"] = credentials
        let arguments = [
            program, state, "/usr/bin/python3", "\(sources)/windows_update.py \(windows)", "\(sources)/powershell",
            "\(sources)/taskkill",
        ]
        return try await Self.run("/usr/bin/mono", arguments, environment)
    }

    /// Whether each line's signature is valid, by the one-shot: key, message and signature in base64.
    package func verdicts(_ lines: [String]) async throws -> [Bool] {
        let file = folder + "/signatures"
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: file))
        return try await Self.run("/usr/bin/mono", [program, file]).output.split(separator: "\n").map { $0 == "valid" }
    }

    /// What the stock agent does on exit code 3010.
    package func reboot() async throws {
        let result = try await Self.run("/usr/bin/python3", [sources + "/windows_update.py", windows, "reboot"])
        guard result.status == 0 else { throw TemporaryFolder.Failure(description: "the reboot: \(result)") }
    }

    /// The articles whose installation was begun, in their order.
    package var installs: [String] { get throws { try host.installs } }

    /// The articles of what is there.
    package var installed: [String] { get throws { try host.updates.filter { $0.state == .installed }.map(\.kb) } }

    /// As Windows would tell it, for a proof of the boot.
    package var bootID: String { get throws { "boot \(try host.boot)" } }

    /// The command that speaks for Windows Update; what comes behind it is passed over.
    package var conversation: [String] { ["/usr/bin/python3", sources + "/windows_update.py", windows] }

    // MARK: - Steps

    private var host: Host {
        get throws { try JSONDecoder().decode(Host.self, from: Data(contentsOf: URL(filePath: windows))) }
    }

    private func write(_ host: Host) throws {
        try JSONEncoder().encode(host).write(to: URL(filePath: windows))
    }

    private static func run(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) async throws -> Run {
        let values = environment.map { (Subprocess.Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        let result = try await Subprocess.run(
            .path(FilePath(program)),
            arguments: Arguments(arguments),
            environment: .inherit.updating(Dictionary(uniqueKeysWithValues: values)),
            input: .none,
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return Run(status: status, output: result.standardOutput, errors: result.standardError)
    }
}
