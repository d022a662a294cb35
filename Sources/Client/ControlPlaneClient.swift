package import AgentProtocol
import AsyncHTTPClient
package import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Speaks to a control plane's REST API with an operator token.
package struct ControlPlaneClient: Sendable {
    /// Largest answer that is taken: 256 MiB, a CSV of a million hosts.
    private static let maximumAnswerBytes = 256 << 20
    private static let timeout = TimeAmount.seconds(60)

    private let server: String
    private let token: String
    private let http: HTTPClient

    /// - Parameter server: scheme, host and port, such as `http://127.0.0.1:7440`.
    package init(server: String, token: String) {
        self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
        self.token = token
        http = HTTPClient.shared
    }

    package func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try decode(await send(.GET, path, body: nil), as: type)
    }

    package func post<Answer: Decodable>(
        _ path: String,
        _ body: some Encodable,
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try decode(await send(.POST, path, body: JSONEncoder().encode(body)), as: type)
    }

    /// The answer's bytes as they are, such as a CSV.
    package func bytes(_ path: String) async throws -> Data { try await send(.GET, path, body: nil) }

    // MARK: - Steps

    private func send(_ method: HTTPMethod, _ path: String, body: Data?) async throws -> Data {
        var request = HTTPClientRequest(url: server + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: Self.timeout)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ClientError.unreachable(server: server, reason: "\(error)")
        }
        let buffer = try await response.body.collect(upTo: Self.maximumAnswerBytes)
        let data = Data(buffer.readableBytesView)
        guard (200..<300).contains(response.status.code) else {
            throw problem(in: data, status: Int(response.status.code))
        }
        return data
    }

    private func problem(in data: Data, status: Int) -> any Error {
        do {
            return try JSONDecoder().decode(Problem.self, from: data)
        } catch {
            return ClientError.unexpectedAnswer(server: server, reason: "HTTP status \(status) without problem details")
        }
    }

    private func decode<Answer: Decodable>(_ data: Data, as type: Answer.Type) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw ClientError.unexpectedAnswer(server: server, reason: "\(error)")
        }
    }
}
