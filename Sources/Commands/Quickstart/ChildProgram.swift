import ArgumentParser
import FoundationEssentials
import Subprocess
import SystemPackage

/// A program that runs beside this one and never outlives it, with a log of its own.
package struct ChildProgram: Sendable {
    /// How it ended.
    package struct Ending: Equatable, Sendable {
        package var isSuccess: Bool
        /// Such as `exited(1)`.
        package var status: String
        /// What it wrote to standard output, where that was taken.
        package var output: String
    }

    /// Most output that is taken from a program that is waited for.
    private static let outputLimit = 16 << 20
    /// How much of the log is quoted when the program fails.
    private static let quotedLines = 12

    package let executable: String
    package let arguments: [String]
    package let log: String
    private let environment: Environment

    /// - Parameters:
    ///   - log: the file that standard error, and standard output while it runs beside us, are added to.
    ///   - environment: ours; what names a control plane or a database of the operator's is left out, for the quickstart has its own.
    package init(
        _ executable: String,
        _ arguments: [String],
        log: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.executable = executable
        self.arguments = arguments
        self.log = log
        let kept = environment.filter { !$0.key.hasPrefix("RINGMASTER_") }
        self.environment = .custom(kept.map { Array("\($0.key)=\($0.value)\0".utf8) })
    }

    /// Runs it until it ends, or until the task is cancelled, which ends it gently, then by force.
    ///
    /// - Parameter onStart: called with its process number.
    package func runBeside(onStart: @Sendable (Int32) -> Void = { _ in }) async throws -> Ending {
        let file = try openLog()
        return try await file.closeAfter { () async throws -> Ending in
            let result = try await run(
                .path("/usr/bin/setpriv"),
                arguments: Arguments(Self.bound + [executable] + arguments),
                environment: environment,
                platformOptions: Self.options,
                input: .none,
                output: .fileDescriptor(file, closeAfterSpawningProcess: false),
                error: .fileDescriptor(file, closeAfterSpawningProcess: false)
            ) { execution in
                onStart(execution.processIdentifier.value)
            }
            return Ending(result.terminationStatus)
        }
    }

    /// Runs it to its end.
    package func runToEnd(input: String = "") async throws -> Ending {
        let file = try openLog()
        return try await file.closeAfter { () async throws -> Ending in
            let result = try await run(
                .path("/usr/bin/setpriv"),
                arguments: Arguments(Self.bound + [executable] + arguments),
                environment: environment,
                platformOptions: Self.options,
                input: .string(input),
                output: .string(limit: Self.outputLimit),
                error: .fileDescriptor(file, closeAfterSpawningProcess: false)
            )
            return Ending(result.terminationStatus, output: result.standardOutput)
        }
    }

    /// What to say when it ended as it should not have.
    package func failure(_ ending: Ending) -> CommandFailure {
        let name = ([executable.split(separator: "/").last.map(String.init) ?? executable] + arguments.prefix(1))
            .joined(separator: " ")
        return CommandFailure(
            "`\(name)` ended with \(ending.status); its log is \(log)\(lastWords)",
            exitCode: .failure
        )
    }

    // MARK: - Steps

    /// Ends the program when this process ends, however that happens.
    private static let bound = ["--pdeathsig", "TERM", "--"]

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        // Ctrl-C reaches this process alone, which then ends the others in order.
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(15))]
        return options
    }

    private func openLog() throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(log),
            .writeOnly,
            options: [.append, .create, .closeOnExec],
            permissions: .ownerReadWrite
        )
    }

    private var lastWords: String {
        guard let data = FileManager.default.contents(atPath: log), !data.isEmpty else { return "" }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(Self.quotedLines)
        return ", which ends:\n" + lines.map { "  " + String($0).printable }.joined(separator: "\n")
    }
}

extension ChildProgram.Ending {
    fileprivate init(_ status: TerminationStatus, output: String = "") {
        self.init(isSuccess: status.isSuccess, status: "\(status)", output: output)
    }
}

extension FileDescriptor {
    /// Closes the descriptor when the body is through, whether it throws or not.
    fileprivate func closeAfter<Result>(_ body: () async throws -> Result) async throws -> Result {
        let result: Result
        do {
            result = try await body()
        } catch {
            try close()
            throw error
        }
        try close()
        return result
    }
}
