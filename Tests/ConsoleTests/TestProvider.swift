import Client
import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OpenID
import Synchronization
import Testing
import Time

@testable import Console

/// An OpenID Connect provider over HTTP on 127.0.0.1, where everybody who comes is `ana`.
final class TestProvider: Sendable {
    static let client = "ringmaster-console"
    static let secret = "s:cret + %"
    static let redirect = "http://localhost/console/login/return"

    /// What it does otherwise than it should.
    struct Mischief: Sendable {
        var nonce: String?
        var audience = "\"\(TestProvider.client)\""
        var issuer: String?
        var isCodeExpired = false
        var groups = "[\"ops\"]"
        var isSignedByAnother = false
        /// What the description calls itself.
        var discoveredIssuer: String?
    }

    private struct Grant {
        var nonce: String
        var challenge: String
    }

    let mischief = Mutex(Mischief())
    private let grants = Mutex<[String: Grant]>([:])
    private let key = Curve25519.Signing.PrivateKey()
    let issuer: String

    private init(issuer: String) { self.issuer = issuer }

    /// Serves on a port of its own while the body runs.
    static func with(_ body: @escaping @Sendable (TestProvider) async throws -> Void) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let hosted = Mutex<TestProvider?>(nil)
        let router = Router()
        router.get("**") { request, _ in try #require(hosted.withLock { $0 }).answer(request, form: "") }
        router.post("**") { request, _ in
            let form = String(buffer: try await request.body.collect(upTo: 10_000))
            return try #require(hosted.withLock { $0 }).answer(request, form: form)
        }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "provider") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService(gracefulShutdownSignals: []) }
            let number = try #require(await ports.first { _ in true })
            let provider = TestProvider(issuer: "http://127.0.0.1:\(number)")
            hosted.withLock { $0 = provider }
            try await body(provider)
            group.cancelAll()
        }
    }

    /// As the server of the console would use it.
    func login(now: @escaping @Sendable () -> Timestamp) throws -> ProviderLogin {
        let roles = try RoleMapping(claim: "groups", json: Array(#"{"ops": ["admin"]}"#.utf8))
        let provider = IdentityProvider(
            settings: .init(issuer: issuer, audience: "ringmaster", roles: roles),
            fetch: { try await WebDocument(url: $0).bytes() },
            now: now,
            logger: Logger(label: "console") { _ in SwiftLogNoOpLogHandler() }
        )
        let client = CodeLogin.Client(id: Self.client, secret: Self.secret, redirect: Self.redirect)
        let login = CodeLogin(provider: provider, client: client) { url, form, authorization in
            try await WebDocument(url: url).answering(form: form, authorization: authorization).bytes()
        }
        return ProviderLogin(
            issuer: login.issuer,
            begin: { try await login.address(state: $0.state, nonce: $0.nonce, verifier: $0.verifier) },
            finish: { try await login.principal(ofCode: $0, nonce: $1.nonce, verifier: $1.verifier) }
        )
    }

    /// What the browser comes back with from the address that it was sent to.
    func authorize(_ address: String) async throws -> String {
        try #require(address.hasPrefix("\(issuer)/authorize?"))
        let answer = try await WebDocument(url: address).bytes()
        return String(decoding: answer, as: UTF8.self)
    }

    // MARK: - As a provider

    private func answer(_ request: Request, form: String) -> Response {
        switch request.uri.path {
        case "/.well-known/openid-configuration":
            let name = mischief.withLock { $0.discoveredIssuer } ?? issuer
            return json(
                #"{"issuer":"\#(name)","jwks_uri":"\#(issuer)/keys","authorization_endpoint":"\#(issuer)/authorize","#
                    + #""token_endpoint":"\#(issuer)/token"}"#
            )
        case "/keys":
            let x = encoded(Array(key.publicKey.rawRepresentation))
            return json(#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","use":"sig","x":"\#(x)"}]}"#)
        case "/authorize": return authorize(values(request.uri.query ?? ""))
        case "/token": return redeem(values(form), authorization: request.headers[.authorization] ?? "")
        default: return Response(status: .notFound)
        }
    }

    /// Its answer's text is the query that a browser would be redirected with: the test is the browser.
    private func authorize(_ values: [String: String]) -> Response {
        guard values["client_id"] == Self.client, values["redirect_uri"] == Self.redirect,
            values["response_type"] == "code", values["scope"] == "openid", values["code_challenge_method"] == "S256",
            let state = values["state"], let nonce = values["nonce"], let challenge = values["code_challenge"]
        else { return Response(status: .badRequest) }
        let code = "code+/=&\(UInt64.random(in: .min ... .max))"
        grants.withLock { $0[code] = Grant(nonce: nonce, challenge: challenge) }
        return json("code=\(WebAddress.encoded(code))&state=\(state)")
    }

    private func redeem(_ values: [String: String], authorization: String) -> Response {
        let credentials = "\(Self.client):\(WebAddress.encoded(Self.secret))"
        let mischief = mischief.withLock { $0 }
        guard authorization == "Basic " + Data(credentials.utf8).base64EncodedString() else {
            return Response(status: .unauthorized)
        }
        guard values["grant_type"] == "authorization_code", values["redirect_uri"] == Self.redirect,
            let code = values["code"], let grant = grants.withLock({ $0.removeValue(forKey: code) }),
            encoded(Array(SHA256.hash(data: Array((values["code_verifier"] ?? "").utf8)))) == grant.challenge,
            !mischief.isCodeExpired
        else { return Response(status: .badRequest) }
        let header = encoded(Array(#"{"alg":"EdDSA","kid":"1"}"#.utf8))
        let now = Int(Date().timeIntervalSince1970)
        let claims = encoded(
            Array(
                """
                {"iss":"\(mischief.issuer ?? issuer)","aud":\(mischief.audience),"sub":"ana","groups":\(mischief.groups),\
                "exp":\(now + 300),"iat":\(now),"nonce":"\(mischief.nonce ?? grant.nonce)"}
                """.utf8
            )
        )
        let signer = mischief.isSignedByAnother ? Curve25519.Signing.PrivateKey() : key
        guard let signature = try? signer.signature(for: Array("\(header).\(claims)".utf8)) else {
            return Response(status: .internalServerError)
        }
        return json(#"{"token_type":"Bearer","id_token":"\#(header).\#(claims).\#(encoded(Array(signature)))"}"#)
    }

    private func json(_ text: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text))
        )
    }

    private func values(_ text: String) -> [String: String] {
        (try? URLEncodedFormDecoder().decode([String: String].self, from: text)) ?? [:]
    }

    private func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
