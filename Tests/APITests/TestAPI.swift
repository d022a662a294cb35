import API
import AgentProtocol
import ControlPlaneTestSupport
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Time

/// The routes over a control plane of their own, as a client sees them.
struct TestAPI: Sendable {
    static let token = "the-operators-secret"

    let controlPlane: TestControlPlane
    /// The routes as they are registered.
    let offered: [String]
    private let client: any TestClientProtocol

    static func with(
        problems: [String] = [],
        servesFleetLock: Bool = false,
        _ body: @escaping @Sendable (TestAPI) async throws -> Void
    ) async throws {
        try await withControlPlane { controlPlane in
            let now: @Sendable () -> Timestamp = { controlPlane.clock.now }
            let routes = ServerRoutes.make(
                services: controlPlane.services,
                token: API.OperatorToken(token),
                metrics: MetricsPage(contentType: "text/plain") { "up 1\n" },
                fleetLockClock: servesFleetLock ? now : nil
            ) { problems }
            let offered = routes.offered
            try await Application(router: routes.router).test(.router) { client in
                try await body(TestAPI(controlPlane: controlPlane, offered: offered, client: client))
            }
        }
    }

    // MARK: - Requests

    /// A request without any proof of who sends it.
    func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        headers: HTTPFields = [:],
        body: [UInt8]? = nil
    ) async throws -> TestResponse {
        try await client.execute(
            uri: target,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(bytes: $0) }
        )
    }

    /// A request with the operator token.
    func ask(_ method: HTTPRequest.Method, _ target: String, key: String? = nil, body: [UInt8]? = nil) async throws
        -> TestResponse
    {
        var headers: HTTPFields = [.authorization: "Bearer \(Self.token)"]
        if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
        return try await send(method, target, headers: headers, body: body)
    }

    func get(_ target: String) async throws -> TestResponse { try await ask(.get, target) }

    func post(_ target: String, _ body: some Encodable, key: String? = nil) async throws -> TestResponse {
        try await ask(.post, target, key: key, body: Array(try JSONEncoder().encode(body)))
    }

    /// A request that the agent signed.
    func send(
        as agent: FakeAgent,
        _ method: HTTPRequest.Method,
        _ target: String,
        body: [UInt8] = []
    ) async throws -> TestResponse {
        let proof = try agent.proof(method.rawValue, target, body: body, at: controlPlane.clock.now)
        var headers = HTTPFields()
        for (name, value) in [
            (RequestSignature.nodeHeader, proof.node), (RequestSignature.timeHeader, proof.time),
            (RequestSignature.signatureHeader, proof.signature),
        ] {
            headers[try #require(HTTPField.Name(name))] = value
        }
        return try await send(method, target, headers: headers, body: body.isEmpty ? nil : body)
    }
}

extension TestResponse {
    func decode<Body: Decodable>(_ type: Body.Type) throws -> Body {
        try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }

    var text: String { String(buffer: body) }

    /// What the request was refused with, in the form that every error has.
    func problem(sourceLocation: SourceLocation = #_sourceLocation) throws -> Problem {
        #expect(headers[.contentType] == "application/problem+json", sourceLocation: sourceLocation)
        let problem = try decode(Problem.self)
        #expect(problem.status == status.code, sourceLocation: sourceLocation)
        return problem
    }
}
