import ControlPlaneTestSupport
import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ReadModels
import Schema
import Subprocess
import TestSupport
import Testing

@Suite("ringmaster token and audit", .timeLimit(.minutes(10)))
struct TokenCommandTests {
    @Test("A token is made, used under its name, limited to its role, revoked, and all of it is audited")
    func wholeWay() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await TemporaryFolder.with { folder in
            let ending = try await Ringmaster.serving(data: folder + "/data", database) { server in
                let token = try await create(server)
                let file = folder + "/ana.token"
                try write(token.secret, file)
                let place = ["--server", server.url, "--token-file", file]
                let start = ["cycle", "start", "debian12-rings", "-o", "json"] + place
                let claimed = try await Ringmaster.run(start + ["--as", "bob"])
                #expect(claimed.status == .exited(64), "\(claimed.errors)")
                let started = try await Ringmaster.run(start)
                #expect(started.status == .exited(0), "\(started.errors)")
                let events = try await Ringmaster.run(["events", "tail", "-n", "100", "-o", "json"] + place)
                #expect(events.output.contains(#""by":"ana""#), "\(events.output)")
                let refused = try await Ringmaster.run(["token", "ls"] + place)
                #expect(refused.status == .exited(77))
                #expect(refused.errors.contains("manage-access"), "\(refused.errors)")
                try await revoke(token, server, place)
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
        try await database.drop()
    }

    @Test("The token of an identity provider is believed for what its groups give")
    func identityProvider() async throws {
        let key = Curve25519.Signing.PrivateKey()
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        try await Application(
            router: Self.provider(key),
            configuration: .init(address: .hostname("127.0.0.1", port: 0))
        ).test(.live) { web in
            let issuer = "http://127.0.0.1:\(try #require(web.port))"
            try await TemporaryFolder.with { folder in
                try write(#"{"watchers": ["viewer"]}"#, folder + "/roles.json")
                let options = [
                    "--oidc-issuer", issuer, "--oidc-audience", "ringmaster", "--oidc-roles", folder + "/roles.json",
                ]
                let ending = try await Ringmaster.serving(data: folder + "/data", database, options: options) {
                    server in
                    let token = try Self.token(of: issuer, key)
                    let headers = ["Authorization": "Bearer \(token)"]
                    let nodes = try await server.get("/api/v1/nodes", headers: headers)
                    #expect(nodes.status == 200, "\(nodes.body)")
                    #expect(try await server.get("/api/v1/tokens", headers: headers).status == 403)
                    let forged = try Self.token(of: issuer, Curve25519.Signing.PrivateKey())
                    let refused = try await server.get("/api/v1/nodes", headers: ["Authorization": "Bearer \(forged)"])
                    #expect(refused.status == 401, "\(refused.body)")
                }
                #expect(ending.status == .exited(0), "\(ending.errors)")
            }
        }
        try await database.drop()
    }

    @Test(
        "Signing in to the console at the provider needs all of its options, and TLS",
        arguments: [
            ["--oidc-client-id", "console"],
            ["--oidc-client-id", "console", "--oidc-client-secret-file", "x", "--console-url", "https://a.example"],
            [
                "--oidc-client-id", "console", "--oidc-client-secret-file", "x", "--console-url", "http://a.example",
                "--oidc-issuer", "https://id.example", "--oidc-audience", "ringmaster", "--oidc-roles", "x",
            ],
        ]
    )
    func incomplete(options: [String]) async throws {
        let refused = try await Ringmaster.run(["serve"] + options)
        #expect(refused.status == .exited(64), "\(refused.errors)")
        #expect(refused.errors.contains("--console-url"), "\(refused.errors)")
    }

    // MARK: - Steps

    private func create(_ server: RunningServer) async throws -> NewTokenView {
        let local = ["--server", server.url, "--token-file", server.data + "/operator.token"]
        let create = ["token", "create", "--name", "ana", "--role", "operator", "-o", "json", "--as", "root"]
        let made = try await Ringmaster.run(create + local)
        #expect(made.status == .exited(0), "\(made.errors)")
        return try JSONDecoder().decode(NewTokenView.self, from: Data(made.output.utf8))
    }

    private func revoke(_ token: NewTokenView, _ server: RunningServer, _ place: [String]) async throws {
        let local = ["--server", server.url, "--token-file", server.data + "/operator.token"]
        let revoked = try await Ringmaster.run(
            ["token", "revoke", token.id, "--reason", "left", "--as", "root"] + local
        )
        #expect(revoked.status == .exited(0), "\(revoked.errors)")
        #expect(try await Ringmaster.run(["node", "ls"] + place).status == .exited(77))
        let listed = try await Ringmaster.run(["token", "ls"] + local)
        #expect(listed.output.contains("revoked"), "\(listed.output)")
        let audit = try await Ringmaster.run(["audit", "ls"] + local)
        for text in [
            "root (local account)", "POST /api/v1/tokens", "not-permitted", "unauthenticated", "127.0.0.1", "left",
        ] {
            #expect(audit.output.contains(text), "\(text) is not in \(audit.output)")
        }
    }

    private func write(_ text: String, _ file: String) throws {
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    private static func provider(_ key: Curve25519.Signing.PrivateKey) -> Router<BasicRequestContext> {
        let router = Router()
        router.get(".well-known/openid-configuration") { request, _ in
            let issuer = "http://\(request.head.authority ?? "")"
            return #"{"issuer":"\#(issuer)","jwks_uri":"\#(issuer)/keys"}"#
        }
        router.get("keys") { _, _ in
            let x = encoded(key.publicKey.rawRepresentation)
            return #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"\#(x)"}]}"#
        }
        return router
    }

    /// Of a watcher, for a long time.
    private static func token(of issuer: String, _ key: Curve25519.Signing.PrivateKey) throws -> String {
        let claims = #"{"iss":"\#(issuer)","aud":"ringmaster","sub":"ci","groups":["watchers"],"exp":4102444800}"#
        let covered = encoded(Data(#"{"alg":"EdDSA","kid":"a"}"#.utf8)) + "." + encoded(Data(claims.utf8))
        return covered + "." + encoded(Data(try key.signature(for: Data(covered.utf8))))
    }

    private static func encoded(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
