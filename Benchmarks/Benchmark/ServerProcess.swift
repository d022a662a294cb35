import Client
import Commands
import EmbeddedPostgres
import Foundation
import Logging
import Postgres

/// A `ringmaster serve` beside the benchmark, with a private PostgreSQL.
struct ServerProcess: Sendable {
    /// How it is started.
    struct Options: Sendable {
        /// Its data folder.
        var data: String
        var workflows = "workflows"
        /// 0 for any that is free.
        var port = 0
        /// PEM files of the chain and of its key; nil serves plain HTTP.
        var certificate: (chain: String, key: String)?
        /// What hosts of stock agents fetch; nil for nothing.
        var agentBinary: String?
    }

    private static let patience = Duration.seconds(60)

    /// Scheme, host and port.
    let url: String
    let process: ProcessID
    let client: ControlPlaneClient
    let port: Int
    private let data: String

    /// Runs the server of this build while the body runs; then it is told to end, and has ended when this returns.
    static func serving<Value: Sendable>(
        _ options: Options,
        _ body: @escaping @Sendable (Self) async throws -> Value
    ) async throws -> Value {
        let folder = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent().path
        let log = options.data + "/server.log"
        try Data().write(to: URL(filePath: log))
        var arguments = ["serve", "--data", options.data, "--workflows", options.workflows]
        arguments += ["--listen", "127.0.0.1:\(options.port)"]
        if let (chain, key) = options.certificate { arguments += ["--tls-certificate", chain, "--tls-key", key] }
        if let file = options.agentBinary { arguments += ["--agent-binary", file] }
        let server = ChildProgram(folder + "/ringmaster", arguments, log: log)
        return try await Companions.during([
            {
                let ending = try await server.runBeside()
                guard ending.isSuccess else { throw server.failure(ending) }
                // The body has told it to end, and goes on without it.
                try await Task.sleep(for: .seconds(3_600))
            }
        ]) {
            try await body(try await listening(options, log: log))
        }
    }

    /// Runs the body with a data folder that is removed afterwards.
    static func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        // One may be within another's body.
        let name = "ringmaster-benchmark-\(UUID().uuidString.prefix(8))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let outcome: Swift.Result<Value, any Error>
        do {
            outcome = .success(try await body(folder))
        } catch {
            outcome = .failure(error)
        }
        try FileManager.default.removeItem(atPath: folder)
        return try outcome.get()
    }

    /// Runs the body with a client of the server's database.
    func withDatabase<Value>(_ body: (PostgresClient) async throws -> Value) async throws -> Value {
        var logger = Logger(label: "benchmark")
        logger.logLevel = .error
        let postgres = try await EmbeddedPostgres.attachOrStart(dataFolder: data, logger: logger)
        let client = try PostgresClient(PostgresConfiguration(conninfo: postgres.conninfo), logger: logger)
        let outcome: Swift.Result<Value, any Error>
        do {
            outcome = .success(try await body(client))
        } catch {
            outcome = .failure(error)
        }
        await client.close()
        return try outcome.get()
    }

    // MARK: - Steps

    private static func listening(_ options: Options, log: String) async throws -> Self {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            // Not there yet is as good as not listening yet.
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let port = text.firstMatch(of: #/http\.address=\S*:(\d+) /#)?.1 {
                guard let process = try ProcessID.child(with: options.data) else {
                    throw Incomplete(what: "the server has no process; its log is \(log)")
                }
                let url = (options.certificate == nil ? "http" : "https") + "://127.0.0.1:\(port)"
                let token = try OperatorToken(file: options.data + "/operator.token")
                let client = ControlPlaneClient(server: url, token: token)
                return Self(url: url, process: process, client: client, port: Int(port) ?? 0, data: options.data)
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Incomplete(what: "the server does not listen; its log is \(log)")
    }
}
