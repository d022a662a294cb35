import ControlPlaneTestSupport
import FoundationEssentials
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

    /// Runs a server beside the body and drains it afterwards.
    ///
    /// - Returns: how the server ended, with its log as `errors`.
    static func serving(
        _ arguments: String...,
        body: (RunningServer) async throws -> Void
    ) async throws -> Ending {
        try await TemporaryFolder.with { folder in
            try await serve(arguments, log: folder + "/log", body)
        }
    }

    /// As above, on a database, with a data folder of its own.
    static func serving(_ database: TestDatabase, body: (RunningServer) async throws -> Void) async throws -> Ending {
        try await TemporaryFolder.with { data in
            try await serving(
                "--data",
                data,
                "--database",
                database.conninfo,
                "--workflows",
                Repository.root + "/workflows",
                body: body
            )
        }
    }

    // MARK: - Steps

    private static func serve(
        _ arguments: [String],
        log: String,
        _ body: (RunningServer) async throws -> Void
    ) async throws -> Ending {
        let file = try FileDescriptor.open(
            FilePath(log),
            .writeOnly,
            options: [.append, .create, .closeOnExec],
            permissions: .ownerReadWrite
        )
        let result = try await Subprocess.run(
            .path("/usr/bin/setpriv"),
            arguments: Arguments(bound + [try executable, "serve", "--listen", "127.0.0.1:0"] + arguments),
            environment: environment,
            platformOptions: options,
            input: .none,
            output: .fileDescriptor(file, closeAfterSpawningProcess: true),
            error: .combinedWithOutput
        ) { execution in
            let server = try await RunningServer.listening(process: execution.processIdentifier.value, log: log)
            try await body(server)
            try execution.send(signal: .terminate)
        }
        return Ending(
            status: result.terminationStatus,
            output: "",
            errors: try String(contentsOfFile: log, encoding: .utf8)
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
