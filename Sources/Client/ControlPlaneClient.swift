import AgentProtocol
import AsyncHTTPClient
package import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Speaks to a control plane's REST API with an operator token.
package struct ControlPlaneClient: Sendable {
    /// Largest answer that is taken: 256 MiB, a CSV of a million hosts.
    private static let maximumAnswerBytes = 256 << 20
    private static let timeout = TimeAmount.seconds(60)
    private static let uploadTimeout = TimeAmount.minutes(60)

    private struct Payload {
        var body: HTTPClientRequest.Body
        var contentType: String
        var timeout = ControlPlaneClient.timeout
    }

    /// One for the process, so nobody has to close it.
    ///
    /// A refused connection is told at once: whether and how often to try again is the caller's to say.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private let server: String
    private let token: OperatorToken
    private let tls: TLSConfiguration

    /// - Parameters:
    ///   - server: scheme, host and port, such as `http://127.0.0.1:7440`.
    ///   - caFile: a PEM file of the certificate authorities to trust in place of the system's.
    package init(server: String, token: OperatorToken, caFile: String? = nil) {
        self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
        self.token = token
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let caFile { tls.trustRoots = .file(caFile) }
        self.tls = tls
    }

    package func get<Answer: Decodable>(_ route: Route, as type: Answer.Type = Answer.self) async throws -> Answer {
        try decode(await send(.GET, route, body: nil), as: type)
    }

    /// Asks for a change, which happens at most once however often it is sent with the same key.
    ///
    /// - Parameter idempotencyKey: a new random one unless the caller sends the same request again.
    package func post<Answer: Decodable>(
        _ route: Route,
        _ body: some Encodable,
        idempotencyKey: String = Self.randomKey(),
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let payload = Payload(body: .bytes(try JSONEncoder().encode(body)), contentType: "application/json")
        return try decode(await send(.POST, route, body: payload, idempotencyKey: idempotencyKey), as: type)
    }

    /// Sends a file as it is, of any size, to what may take long.
    ///
    /// - Throws: ``FileError`` when it cannot be read; otherwise as the other requests.
    package func upload<Answer: Decodable>(
        _ route: Route,
        file path: String,
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        let file = try LocalFile(reading: path)
        let body = HTTPClientRequest.Body.stream(FileChunks(file: file), length: .known(file.byteCount))
        let payload = Payload(body: body, contentType: "application/octet-stream", timeout: Self.uploadTimeout)
        return try decode(await send(.POST, route, body: payload), as: type)
    }

    /// The answer's bytes as they are, such as a CSV.
    package func bytes(_ route: Route) async throws -> Data { try await send(.GET, route, body: nil) }

    /// Gives the pieces of an answer of any size as they come.
    ///
    /// - Throws: what `body` throws; otherwise as the other requests.
    package func stream(_ route: Route, _ body: (Data) throws -> Void) async throws {
        let request = try request(.GET, route)
        var ownFailure: (any Error)?
        do {
            let response = try await Self.http.execute(request, timeout: Self.uploadTimeout)
            let status = Int(response.status.code)
            guard (200..<300).contains(status) else {
                let buffer = try await response.body.collect(upTo: Self.maximumAnswerBytes)
                throw problem(in: Data(buffer.readableBytesView), status: status)
            }
            for try await piece in response.body {
                do { try body(Data(piece.readableBytesView)) } catch {
                    ownFailure = error
                    throw error
                }
            }
        } catch let error as CancellationError {
            throw error
        } catch let error as Problem {
            throw error
        } catch {
            throw ownFailure ?? failure(error)
        }
    }

    /// Whether the control plane is there and can do its work.
    ///
    /// - Throws: `CancellationError` alone; a server that does not answer is not ready.
    package func isReady() async throws -> Bool {
        do {
            _ = try await bytes(Route("readyz"))
            return true
        } catch let error as CancellationError {
            throw error
        } catch {
            return false
        }
    }

    /// 128 random bits in hexadecimal.
    package static func randomKey() -> String {
        let words = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
        return words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    // MARK: - Steps

    private func send(
        _ method: HTTPMethod,
        _ route: Route,
        body: Payload?,
        idempotencyKey: String? = nil
    ) async throws -> Data {
        var request = try request(method, route)
        if let idempotencyKey { request.headers.add(name: "Idempotency-Key", value: idempotencyKey) }
        if let body {
            request.headers.add(name: "Content-Type", value: body.contentType)
            request.body = body.body
        }
        let (status, data): (Int, Data)
        do {
            let response = try await Self.http.execute(request, timeout: body?.timeout ?? Self.timeout)
            let buffer = try await response.body.collect(upTo: Self.maximumAnswerBytes)
            (status, data) = (Int(response.status.code), Data(buffer.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw failure(error)
        }
        guard (200..<300).contains(status) else { throw problem(in: data, status: status) }
        return data
    }

    private func request(_ method: HTTPMethod, _ route: Route) throws -> HTTPClientRequest {
        guard server.hasPrefix("http://") || server.hasPrefix("https://") else {
            throw ClientError.invalidServer(server)
        }
        var request = HTTPClientRequest(url: server + route.description)
        request.method = method
        request.tlsConfiguration = tls
        request.headers.add(name: "Authorization", value: "Bearer \(token.value)")
        return request
    }

    /// The library's errors in an operator's words.
    private func failure(_ error: any Error) -> any Error {
        switch error {
        case let error as FileError:
            error
        case let error as HTTPClientError:
            failure(error)
        case is NIOTooManyBytesError:
            ClientError.unexpectedAnswer(server: server, reason: "the answer is larger than 256 MiB")
        default:
            ClientError.unreachable(server: server, reason: Self.text(of: error))
        }
    }

    private func failure(_ error: HTTPClientError) -> any Error {
        switch error {
        case .cancelled:
            CancellationError()
        case .invalidURL, .emptyHost:
            ClientError.invalidServer(server)
        case .connectTimeout:
            ClientError.unreachable(server: server, reason: "no connection within 5 seconds")
        case .deadlineExceeded, .readTimeout:
            ClientError.unreachable(server: server, reason: "no answer in time")
        case .remoteConnectionClosed:
            ClientError.unreachable(server: server, reason: "it closed the connection")
        default:
            ClientError.unreachable(server: server, reason: "\(error)")
        }
    }

    static func text(of error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { text(of: $0.error) } ?? "its name does not resolve"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            "TLS failed: \(error); is --ca-file the server's certificate authority, and --server a name of its certificate?"
        default: "\(error)"
        }
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
