import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import Time

@testable import Console

/// The console over a control plane of its own, as a browser sees it.
struct TestConsole: Sendable {
    static let token = "the-operators-secret"
    static let origin = "http://localhost"

    let controlPlane: TestControlPlane
    let console: Console
    private let client: any TestClientProtocol

    static func with(
        isSecure: Bool = false,
        roles: Set<AccessRole> = [.admin],
        isCurrent: @escaping @Sendable () -> Bool = { true },
        provider: TestProvider? = nil,
        now: (@Sendable () -> Timestamp)? = nil,
        _ body: @escaping @Sendable (TestConsole) async throws -> Void
    ) async throws {
        try await withControlPlane { controlPlane in
            let router = Router(context: BasicRequestContext.self)
            let console = try Console(
                services: controlPlane.services,
                access: ConsoleAccess(
                    authenticate: { secret in
                        secret == token ? Principal(proof: .breakGlass, name: "operator", roles: roles) : nil
                    },
                    isCurrent: { _ in isCurrent() },
                    provider: try provider?.login(now: now ?? { controlPlane.clock.now })
                ),
                isSecure: isSecure,
                source: { "192.0.2.7" },
                now: now ?? { controlPlane.clock.now }
            )
            console.add(to: router)
            try await Application(router: router).test(.router) { client in
                try await body(TestConsole(controlPlane: controlPlane, console: console, client: client))
            }
        }
    }

    // MARK: - Requests

    func get(_ target: String, cookie: String? = nil, isScript: Bool = false) async throws -> TestResponse {
        var headers: HTTPFields = [:]
        if let cookie { headers[.cookie] = cookie }
        if isScript, let name = HTTPField.Name("Ringmaster-Refresh") { headers[name] = "1" }
        return try await client.execute(uri: target, method: .get, headers: headers)
    }

    func post(
        _ target: String,
        _ form: [String: String],
        cookie: String? = nil,
        origin: String? = Self.origin
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        if let cookie { headers[.cookie] = cookie }
        if let origin { headers[.origin] = origin }
        let body = form.sorted { $0.key < $1.key }.map { "\($0.key)=\(WebAddress.encoded($0.value))" }
        return try await client.execute(
            uri: target,
            method: .post,
            headers: headers,
            body: ByteBuffer(string: body.joined(separator: "&"))
        )
    }

    func signIn(_ token: String = Self.token, name: String = "ana", next: String? = nil) async throws -> TestResponse {
        var form = ["token": token, "name": name]
        if let next { form["next"] = next }
        return try await post("/console/login", form)
    }

    /// The cookie of a new session.
    func session(name: String = "ana") async throws -> String {
        let cookie = try #require(try await signIn(name: name).headers[.setCookie])
        return String(cookie.prefix { $0 != ";" })
    }

    /// The part of a cookie that the browser sends back.
    func sent(_ response: TestResponse, _ name: String) -> String? {
        response.headers[values: .setCookie].first { $0.hasPrefix("\(name)=") }.map { String($0.prefix { $0 != ";" }) }
    }

    /// What forms of the session carry.
    func formToken(_ cookie: String) async throws -> String {
        let text = try await get("/console/cycles", cookie: cookie).text
        let match = try #require(text.firstMatch(of: #/name="form-token" value="(?<token>[0-9a-f]{64})"/#))
        return String(match.output.token)
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}
