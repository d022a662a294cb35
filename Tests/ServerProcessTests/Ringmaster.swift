import ControlPlaneTestSupport
import DurableStreams
import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage
import TestSupport

/// The built `ringmaster`, run as a user runs it.
enum Ringmaster {
    struct Ending {
        var status: TerminationStatus
        var output: String
        var errors: String
    }

    private static let outputLimit = 4 << 20

    /// Beside the test bundle, where the build puts both.
    private static var executable: String {
        get throws {
            let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: bundle).deletingLastPathComponent().path + "/ringmaster"
        }
    }

    /// Runs a command to its end.
    static func run(_ arguments: String...) async throws -> Ending { try await run(arguments) }

    static func run(_ arguments: [String]) async throws -> Ending {
        let result = try await Subprocess.run(
            .path("/usr/bin/setpriv"),
            arguments: Arguments(bound + [try executable] + arguments),
            environment: environment,
            platformOptions: options,
            output: .string(limit: outputLimit),
            error: .string(limit: outputLimit)
        )
        return Ending(status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    }

    /// Runs a server with the shipped workflows beside the body, and drains it afterwards.
    ///
    /// - Parameters:
    ///   - data: its data folder.
    ///   - database: where it keeps its log, sealed by the tests' key; nil for a private PostgreSQL.
    ///   - options: more of its command line.
    /// - Returns: how the server ended, with its log as `errors`.
    static func serving(
        data: String,
        _ database: TestDatabase? = nil,
        options: [String] = [],
        body: (RunningServer) async throws -> Void
    ) async throws -> Ending {
        if database != nil { try putSealKey(into: data) }
        let place = ["--data", data, "--workflows", Repository.root + "/workflows", "--listen", "127.0.0.1:0"]
        let arguments = ["serve"] + place + (database.map { ["--database", $0.conninfo] } ?? []) + options
        return try await running(arguments) { process, log in
            let hasAuthority = FileManager.default.fileExists(atPath: data + "/tls/server.pem")
            let scheme = options.contains("--tls-key") || hasAuthority ? "https" : "http"
            try await body(
                try await RunningServer.listening(process: process, data: data, log: log, scheme: scheme)
            )
        }
    }

    /// Runs a command beside the body, which gets its process and the file of its log; then ends it.
    ///
    /// - Parameter folder: its working directory; nil for that of the tests.
    static func running(
        _ arguments: [String],
        in folder: String? = nil,
        body: (_ process: Int32, _ log: String) async throws -> Void
    ) async throws -> Ending {
        try await TemporaryFolder.with { temporary in
            let log = temporary + "/log"
            let result = try await Subprocess.run(
                .path("/usr/bin/setpriv"),
                arguments: Arguments(bound + [try executable] + arguments),
                environment: environment,
                workingDirectory: folder.map { FilePath($0) },
                platformOptions: options,
                input: .none,
                output: .fileDescriptor(try open(log), closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            ) { execution in
                let process = execution.processIdentifier.value
                try await body(process, log)
                // The body may have ended it.
                _ = kill(process, SIGTERM)
            }
            let text = try String(contentsOfFile: log, encoding: .utf8)
            return Ending(status: result.terminationStatus, output: "", errors: text)
        }
    }

    // MARK: - Steps

    private static func putSealKey(into data: String) throws {
        let owner: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true, attributes: owner)
        let text = Data(TestDeployment.sealKey.bytes).base64EncodedString()
        let descriptor = try FileDescriptor.open(
            FilePath(data + "/seal.key"),
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(Array(text.utf8)) }
    }

    private static func open(_ log: String) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath(log),
            .writeOnly,
            options: [.append, .create, .closeOnExec],
            permissions: .ownerReadWrite
        )
    }

    /// Ends the program when this process ends, however that happens.
    private static let bound = ["--pdeathsig", "TERM", "--"]

    /// Nothing of the developer's own settings.
    private static let environment = Environment.custom(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"])

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(15))]
        return options
    }
}
