import API
import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ReadModels
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
        remarks: [String] = [],
        servesFleetLock: Bool = false,
        workflow: String? = nil,
        _ body: @escaping @Sendable (TestAPI) async throws -> Void
    ) async throws {
        try await withControlPlane(workflow: workflow) { controlPlane in
            let now: @Sendable () -> Timestamp = { controlPlane.clock.now }
            let routes = ServerRoutes.make(
                services: controlPlane.services,
                authenticator: Authenticator(
                    breakGlass: BreakGlassToken(token),
                    access: controlPlane.services.access
                ),
                metrics: MetricsPage(contentType: "text/plain") { "up 1\n" },
                fleetLockClock: servesFleetLock ? now : nil,
                readiness: { problems },
                remarks: { remarks }
            )
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

    /// A request with a token, the local account's unless another is given.
    func ask(
        _ method: HTTPRequest.Method,
        _ target: String,
        token: String = Self.token,
        key: String? = nil,
        body: [UInt8]? = nil
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.authorization: "Bearer \(token)"]
        if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
        return try await send(method, target, headers: headers, body: body)
    }

    func get(_ target: String) async throws -> TestResponse { try await ask(.get, target) }

    func post(
        _ target: String,
        _ body: some Encodable,
        token: String = Self.token,
        key: String? = nil
    ) async throws -> TestResponse {
        try await ask(.post, target, token: token, key: key, body: Array(try JSONEncoder().encode(body)))
    }

    /// The secret of a new token.
    func token(
        _ name: String,
        roles: [AccessRole],
        scope: AccessScope? = nil,
        seconds: Int = 3_600
    ) async throws -> String {
        let request = CreateToken(name: name, roles: roles, scope: scope, expiresInSeconds: seconds)
        let response = try await post("/api/v1/tokens", request)
        #expect(response.status == .created)
        return try response.decode(NewTokenView.self).secret
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
