import AgentProtocol
import FoundationEssentials

/// dnf 4 and rpm, on the machine itself or on a root folder.
package struct Dnf: PackageManager {
    /// Time limits of the tools.
    enum Limit {
        static let query = Duration.seconds(300)
        static let refresh = Duration.seconds(900)
        static let download = Duration.seconds(3_600)
        static let transaction = Duration.seconds(7_200)
        /// How long another package manager may be at work before the step is given up.
        static let lock = Duration.seconds(600)
    }

    /// What runs the system of a root.
    package struct Running: Sendable {
        package var kernel: String
        /// When it was booted, in seconds since 1970.
        package var since: Int64

        package init(kernel: String, since: Int64) {
            self.kernel = kernel
            self.since = since
        }
    }

    let options: DnfOptions
    let program: DnfProgram
    let tool: Tool
    let platform: OSRelease
    /// The folder of rpm's database, which may differ from system to system.
    let databaseFolder: String
    /// nil when the root is no running system.
    let running: (@Sendable () throws(StepFailure) -> Running)?
    let patience: LockPatience
    let prepared = PreparedOffer()

    /// - Parameters:
    ///   - root: `/`, or the folder to work on.
    ///   - folder: the agent's own, for archives, output and records.
    ///   - release: whose packages are offered, `--releasever`; nil for the host's own.
    ///   - running: what runs the system in the root folder; on the machine itself it is known.
    /// - Throws: where the machine has no dnf 4.
    package init(
        root: String,
        folder: String,
        release: String? = nil,
        running: (@Sendable () throws(StepFailure) -> Running)? = nil,
        clock: any Clock<Duration> = QuietClock()
    ) async throws {
        options = try DnfOptions(root: root, folder: folder, release: release)
        program = try DnfProgram()
        tool = Tool(hasOwnScope: options.isMachine)
        platform = try OSRelease(root: root)
        self.running = running ?? (options.isMachine ? Self.thisMachine : nil)
        patience = LockPatience(clock: clock)
        let result = try await tool.capture("rpm", ["--eval", "%{_dbpath}"], within: Limit.query)
        guard result.isSuccess, let path = result.output.split(whereSeparator: \.isWhitespace).first else {
            throw StepFailure(.unknown, "rpm --eval %{_dbpath} failed: \(result.tail)")
        }
        databaseFolder = options.root + path
    }

    package var logs: [RunLog] { [options.fetchLog, options.log] }

    package func clean() throws(StepFailure) {
        do throws(FileFailure) {
            for name in try DurableFile.names(in: options.archives) where name.hasSuffix(".rpm") {
                try DurableFile.remove("\(options.archives)/\(name)")
            }
        } catch {
            throw StepFailure(.disk, error.description)
        }
    }

    // MARK: - Shared steps

    /// Asks dnf by its own modules, of what is known already: nothing is fetched.
    func ask<Answer: Decodable>(
        _ question: String,
        _ arguments: [String],
        _ command: [String] = [],
        waiting limit: Duration = Limit.lock
    ) async throws(StepFailure) -> Answer {
        let options = try options.arguments() + ["--quiet", "--cacheonly"]
        return try await patience.retrying(within: min(limit, Limit.lock)) { () async throws(StepFailure) -> Answer in
            let result = try await tool.capture(
                program.interpreter,
                ["-I", "-c", DnfProgram.planner, question] + options + arguments + command,
                within: Limit.query
            )
            try check(result, "dnf \(command.first ?? question)", otherwise: .unknown)
            do {
                return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
            } catch {
                throw StepFailure(.unknown, "dnf's answer to \(question) cannot be read: \(error)")
            }
        }
    }

    func check(_ result: Tool.Result, _ what: String, otherwise kind: FailureKind) throws(StepFailure) {
        guard !result.isSuccess else { return }
        throw complaint(result, what, otherwise: kind)
    }

    func complaint(_ result: Tool.Result, _ what: String, otherwise kind: FailureKind) -> StepFailure {
        let text = result.output + "\n" + result.errors
        return StepFailure(DnfFailure.kind(of: text) ?? kind, "\(what) failed, \(result.status): \(result.tail)")
    }

    /// The package as dnf and rpm take it.
    static func name(_ patch: PatchReference) -> String { "\(patch.name)-\(patch.version).\(patch.architecture)" }
}
