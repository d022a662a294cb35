import AgentProtocol
import Glibc
import Subprocess
import SystemPackage

/// Runs the system's tools: argument vectors, never a shell, in a fixed environment.
struct Tool: Sendable {
    /// What a tool did.
    struct Result: Sendable {
        /// How it ended, in words.
        var status: String
        var isSuccess: Bool
        /// Standard output; of a logged run the end of its log.
        var output: String
        /// Standard error; of a logged run part of the output.
        var errors: String

        init(_ status: TerminationStatus, output: String, errors: String) {
            self.status = "\(status)"
            isSuccess = status.isSuccess
            self.output = output
            self.errors = errors
        }

        /// The end of what it said, errors first in importance.
        var tail: String { Tool.tail(of: errors.isEmpty ? output : errors) }
    }

    /// Most output of one run that is read, in bytes: the versions of 20,000 packages fit.
    private static let outputLimit = 32 << 20
    /// How much of a log's end is read, in bytes.
    private static let logLimit = 1 << 20

    /// Runs tools that need what the system gave this process.
    static let inheriting = Tool(environment: .inherit)

    private let environment: Environment
    private let hasOwnScope: Bool

    private init(environment: Environment) { (self.environment, hasOwnScope) = (environment, false) }

    /// - Parameters:
    ///   - variables: in addition to the fixed environment.
    ///   - hasOwnScope: whether logged runs get a control group of their own where there can be one.
    init(_ variables: [String: String] = [:], hasOwnScope: Bool = false) {
        self.hasOwnScope = hasOwnScope && OwnScope.isAvailable
        var values: [Environment.Key: String] = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LC_ALL": "C",
            "TZ": "UTC",
            "DEBIAN_FRONTEND": "noninteractive",
            "DEBIAN_PRIORITY": "critical",
            "NEEDRESTART_MODE": "l",
            "UCF_FORCE_CONFFOLD": "1",
        ]
        // Proxies are the host's business and come with the agent's own environment.
        for name in ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy"] {
            if let value = getenv(name) { values[Environment.Key(stringLiteral: name)] = String(cString: value) }
        }
        for (name, value) in variables { values[Environment.Key(stringLiteral: name)] = value }
        environment = .custom(values)
    }

    /// Runs a tool that only reads, and keeps its output.
    func capture(_ name: String, _ arguments: [String], within limit: Duration) async throws(StepFailure) -> Result {
        try await Self.bounded(name, limit) {
            let result = try await Subprocess.run(
                Self.executable(name),
                arguments: Arguments(arguments),
                environment: environment,
                output: .string(limit: Self.outputLimit),
                error: .string(limit: Self.outputLimit)
            )
            return Result(
                result.terminationStatus,
                output: result.standardOutput,
                errors: result.standardError
            )
        }
    }

    /// Runs a tool that must survive the end of this process: in a session of its own, with its output in a file.
    ///
    /// A pipe would break when the agent ends, and the next line of output would end dpkg in the middle of its work.
    ///
    /// - Parameter title: what the log calls the run; nil for its words.
    func logged(
        _ name: String,
        _ arguments: [String],
        as title: String? = nil,
        log: RunLog,
        within limit: Duration
    ) async throws(StepFailure) -> Result {
        if hasOwnScope {
            let words = OwnScope.words(name, arguments, number: .random(in: 0...(.max)))
            let result = try await logged(words, as: title, log: log, within: limit)
            guard OwnScope.isMissed(result) else { return result }
        }
        return try await logged([name] + arguments, as: title, log: log, within: limit)
    }

    private func logged(
        _ words: [String],
        as title: String?,
        log: RunLog,
        within limit: Duration
    ) async throws(StepFailure) -> Result {
        let (name, arguments, path) = (words[0], Array(words.dropFirst()), log.path)
        do throws(FileFailure) {
            try log.begin(title ?? words.joined(separator: " "))
        } catch {
            throw StepFailure(.disk, error.description)
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StepFailure(.disk, FileFailure("write", path, errno).description) }
        let file = FileDescriptor(rawValue: descriptor)
        var options = PlatformOptions()
        options.createSession = true
        return try await Self.bounded(name, limit) { [options] in
            let result = try await Subprocess.run(
                Self.executable(name),
                arguments: Arguments(arguments),
                environment: environment,
                platformOptions: options,
                output: .fileDescriptor(file, closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            )
            return Result(result.terminationStatus, output: try Self.end(of: path), errors: "")
        }
    }

    /// Runs a tool that answers lines of input with lines of output.
    ///
    /// - Parameters:
    ///   - input: the file with the lines of input: a pipe would break where the tool ends early.
    ///   - longestLine: of output, in bytes; a longer one fails the run.
    ///   - hear: is given each line of output as it comes.
    /// - Returns: how it ended; its output is empty.
    func converse(
        _ name: String,
        _ arguments: [String],
        input: String,
        longestLine: Int,
        within limit: Duration,
        hear: @escaping @Sendable (String) -> Void
    ) async throws(StepFailure) -> Result {
        let descriptor = open(input, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StepFailure(.disk, FileFailure("read", input, errno).description) }
        let file = FileDescriptor(rawValue: descriptor)
        return try await Self.bounded(name, limit) {
            let result = try await Subprocess.run(
                Self.executable(name),
                arguments: Arguments(arguments),
                environment: environment,
                input: .fileDescriptor(file, closeAfterSpawningProcess: true),
                output: .sequence,
                error: .string(limit: Self.logLimit)
            ) { execution in
                let lines = execution.standardOutput.strings(
                    separatedBy: .unicodeScalarSequence(["\n"]),
                    bufferingPolicy: .maxLineLength(longestLine)
                )
                for try await line in lines { hear(line) }
            }
            return Result(result.terminationStatus, output: "", errors: result.standardError)
        }
    }

    static func tail(of text: String) -> String { OutputText.tail(of: text) }

    // MARK: - Steps

    /// A name is looked up on the fixed path; a path is taken as it is.
    private static func executable(_ name: String) -> Executable {
        name.contains { $0 == "/" || $0 == "\\" } ? .path(FilePath(name)) : .name(name)
    }

    private static func end(of path: String) throws(FileFailure) -> String {
        String(decoding: try DurableFile.end(of: path, limit: logLimit), as: UTF8.self)
    }

    /// Runs the body and ends it, and the process in it, at the limit.
    private static func bounded(
        _ name: String,
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws(StepFailure) -> Result {
        do {
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await QuietClock().sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let result = first else {
                    throw StepFailure(.timeout, "\(name) did not end within \(limit)")
                }
                return result
            }
        } catch let failure as StepFailure {
            throw failure
        } catch let failure as SubprocessError {
            throw StepFailure(.unknown, "\(name) cannot be run: \(failure)")
        } catch {
            throw StepFailure(.unknown, "\(name): \(error)")
        }
    }
}
