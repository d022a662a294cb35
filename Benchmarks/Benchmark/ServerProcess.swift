import Client
import Commands
import Foundation

/// A `ringmaster serve` beside the benchmark.
struct ServerProcess: Sendable {
    private static let patience = Duration.seconds(60)

    /// Scheme, host and port.
    let url: String
    let client: ControlPlaneClient

    /// Runs the server of this build while the body runs.
    static func serving<Value: Sendable>(
        data: String,
        _ body: @escaping @Sendable (Self) async throws -> Value
    ) async throws -> Value {
        let folder = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent().path
        let log = data + "/server.log"
        let arguments = ["serve", "--data", data, "--workflows", "workflows", "--listen", "127.0.0.1:0"]
        let server = ChildProgram(folder + "/ringmaster", arguments, log: log)
        return try await Companions.during([
            {
                let ending = try await server.runBeside()
                throw server.failure(ending)
            }
        ]) {
            try await body(try await listening(data: data, log: log))
        }
    }

    private static func listening(data: String, log: String) async throws -> Self {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            // Not there yet is as good as not listening yet.
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let port = text.firstMatch(of: #/http\.address=\S*:(\d+) /#)?.1 {
                let url = "http://127.0.0.1:\(port)"
                let token = try OperatorToken(file: data + "/operator.token")
                return Self(url: url, client: ControlPlaneClient(server: url, token: token))
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Incomplete(what: "the server does not listen; its log is \(log)")
    }
}
