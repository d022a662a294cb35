import AgentProtocol
import Crypto
import CryptoExtras
import Domain
import FoundationEssentials
import OpenID
import Synchronization
import Testing
import Time

@Suite("Tokens of an identity provider")
struct IdentityProviderTests {
    private static func refusal(_ provider: IdentityProvider, _ token: String) async throws -> Problem {
        let error = await #expect(throws: Problem.self, "\(token)") { try await provider.principal(ofToken: token) }
        return try #require(error)
    }

    @Test("One that is signed by a key of the provider gives the roles that its groups have here")
    func genuine() async throws {
        let issuer = TestIssuer()
        let provider = try issuer.provider()
        for token in [try issuer.token(), try issuer.tokenOfEC()] {
            let principal = try await provider.principal(ofToken: token)
            #expect(principal.name == "ana" && principal.roles == [.operator] && principal.scope.isUnlimited)
            #expect(principal.proof == .identityProvider(TestIssuer.issuer))
        }
        let several = TestIssuer.claims(["groups": #"["x","soc","ops",7]"#, "aud": #"["other","ringmaster"]"#])
        let principal = try await provider.principal(ofToken: try issuer.token(several))
        #expect(principal.roles == [.viewer, .auditor, .operator])
        let nobody = TestIssuer.claims(["groups": nil])
        #expect(try await provider.principal(ofToken: try issuer.token(nobody)).roles.isEmpty)
        let alone = TestIssuer.claims(["groups": "\"ops\""])
        #expect(try await provider.principal(ofToken: try issuer.token(alone)).roles == [.operator])
        #expect(issuer.keySetsFetched == 1)
    }

    @Test("RSA keys of 2,048 bits are taken, shorter ones are not")
    func rsa() async throws {
        let issuer = TestIssuer()
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let member = try TestIssuer.member(key, "rsa-1")
        issuer.state.withLock { $0.keys.append(member) }
        let provider = try issuer.provider()
        let token = try TestIssuer.token(header: #"{"alg":"RS256","kid":"rsa-1"}"#, claims: TestIssuer.claims()) {
            Array(try key.signature(for: SHA256.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
        #expect(try await provider.principal(ofToken: token).name == "ana")
        let short = TestIssuer()
        let modulus = TestIssuer.encoded([UInt8](repeating: 0xc1, count: 128))
        short.state.withLock { $0.keys = [#"{"kty":"RSA","kid":"rsa-1","n":"\#(modulus)","e":"AQAB"}"#] }
        #expect(try await Self.refusal(try short.provider(), token).detail.contains("no key of its name"))
    }

    @Test(
        "Claims that are not right are refused with the reason",
        arguments: [
            ("iss", "\"https://id.example/other\"", "another issuer"), ("iss", nil, "another issuer"),
            ("iss", "\"https://id.example/realm/\"", "another issuer"),
            ("aud", "\"other\"", "not for ringmaster"), ("aud", "[]", "not for ringmaster"),
            ("aud", nil, "not for ringmaster"), ("aud", "7", "not for ringmaster"),
            ("exp", "1763999969", "expired"), ("exp", nil, "no end"), ("exp", "\"never\"", "no end"),
            ("nbf", "1764000031", "not count yet"), ("nbf", "\"x\"", "not count yet"),
            ("iat", "1764000031", "not count yet"), ("sub", nil, "is not a name"), ("sub", "\"\"", "is not a name"),
            ("sub", "\"node/mi-1\"", "is not a name"), ("sub", "\"operator\"", "is not a name"),
            ("sub", "[\"ana\"]", "is not a name"), ("sub", "\"a b\"", "is not a name"),
        ] as [(String, String?, String)]
    )
    func claims(name: String, value: String?, reason: String) async throws {
        let issuer = TestIssuer()
        let refusal = try await Self.refusal(
            try issuer.provider(),
            try issuer.token(TestIssuer.claims([name: value]))
        )
        #expect(refusal.status == 401 && refusal.code == "unauthenticated")
        #expect(refusal.detail.contains(reason), "\(refusal.detail)")
    }

    @Test("A clock that is off by half a minute does no harm")
    func leeway() async throws {
        let issuer = TestIssuer()
        let seconds = TestIssuer.start.microseconds / 1_000_000
        let claims = TestIssuer.claims(["exp": "\(seconds - 29)", "nbf": "\(seconds + 29)", "iat": "\(seconds + 30)"])
        #expect(try await issuer.provider().principal(ofToken: try issuer.token(claims)).name == "ana")
    }

    @Test("No algorithm counts but the three, and each key counts for its own alone")
    func algorithms() async throws {
        let issuer = TestIssuer()
        let provider = try issuer.provider()
        let publicKey = Array(issuer.ed.publicKey.rawRepresentation)
        func token(_ header: String, _ sign: ([UInt8]) throws -> [UInt8]) rethrows -> String {
            try TestIssuer.token(header: header, claims: TestIssuer.claims(), sign: sign)
        }
        func hmac(_ bytes: [UInt8]) -> [UInt8] {
            Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: publicKey)))
        }
        let tokens = [
            token(#"{"alg":"none","kid":"ed-1"}"#) { _ in [] }, token(#"{"alg":"None","kid":"ed-1"}"#) { _ in [] },
            token(#"{"alg":"HS256","kid":"ed-1"}"#, hmac), token(#"{"alg":"HS512","kid":"ec-1"}"#, hmac),
            try token(#"{"alg":"ES384","kid":"ec-1"}"#) { Array(try issuer.ec.signature(for: $0).rawRepresentation) },
            try token(#"{"alg":"ES256","kid":"ed-1"}"#) { Array(try issuer.ed.signature(for: $0)) },
            try token(#"{"alg":"EdDSA","kid":"ec-1"}"#) { Array(try issuer.ec.signature(for: $0).rawRepresentation) },
            try token(#"{"alg":"EdDSA"}"#) { Array(try issuer.ed.signature(for: $0)) },
            try token(#"{"alg":"EdDSA","kid":"ed-1","crit":["exp"]}"#) { Array(try issuer.ed.signature(for: $0)) },
            try token(#"{"kid":"ed-1"}"#) { Array(try issuer.ed.signature(for: $0)) },
        ]
        for token in tokens { #expect(try await Self.refusal(provider, token).status == 401) }
    }

    @Test("Whatever is changed in a token, it counts no more")
    func forged() async throws {
        let issuer = TestIssuer()
        let provider = try issuer.provider()
        let token = try issuer.token()
        let parts = token.split(separator: ".").map(String.init)
        let other = Curve25519.Signing.PrivateKey()
        let admin = TestIssuer.encoded(Array(TestIssuer.claims(["sub": "\"root\""]).utf8))
        var forged = [
            "", ".", "..", "a.b.c", parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".", token + ".x",
            parts[0] + "." + admin + "." + parts[2],
            try TestIssuer.token(header: #"{"alg":"EdDSA","kid":"ed-1"}"#, claims: TestIssuer.claims()) {
                Array(try other.signature(for: $0))
            },
            try issuer.token("[]"), try issuer.token("{"), try issuer.token("\u{0}"),
            try issuer.token(String(repeating: "[", count: 10_000)),
        ]
        for place in stride(from: 0, to: token.utf8.count, by: 7) {
            var bytes = Array(token.utf8)
            // Another digit of base64 whose bits differ in front: those at the end of a part may count for nothing.
            bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "g") : UInt8(ascii: "A")
            forged.append(String(decoding: bytes, as: UTF8.self))
        }
        for token in forged where token != parts.joined(separator: ".") {
            #expect(try await Self.refusal(provider, token).status == 401)
        }
    }

    @Test("A key that is not known is asked for once a minute; one that is taken back counts ten minutes at most")
    func rotation() async throws {
        let issuer = TestIssuer()
        let provider = try issuer.provider()
        let claims = TestIssuer.claims(["exp": "1865000000"])
        let token = try issuer.token(claims)
        _ = try await provider.principal(ofToken: token)
        let next = Curve25519.Signing.PrivateKey()
        let newToken = try TestIssuer.token(header: #"{"alg":"EdDSA","kid":"ed-2"}"#, claims: claims) {
            Array(try next.signature(for: $0))
        }
        issuer.state.withLock { $0.keys = [TestIssuer.member(next, "ed-2")] }
        for _ in 1...20 { #expect(try await Self.refusal(provider, newToken).detail.contains("no key of its name")) }
        #expect(issuer.keySetsFetched == 1)
        #expect(try await provider.principal(ofToken: token).name == "ana", "the old key is remembered")
        issuer.skip(.seconds(60))
        #expect(try await provider.principal(ofToken: newToken).name == "ana")
        #expect(issuer.keySetsFetched == 2)
        #expect(try await Self.refusal(provider, token).status == 401, "it was taken back")
        issuer.state.withLock { $0.keys = [] }
        issuer.skip(.seconds(599))
        #expect(try await provider.principal(ofToken: newToken).name == "ana")
        issuer.skip(.seconds(1))
        #expect(try await Self.refusal(provider, newToken).status == 401)
    }

    @Test("While the provider is down its keys are believed for a day; without any, nothing can be told")
    func down() async throws {
        let issuer = TestIssuer()
        let provider = try issuer.provider()
        let token = try issuer.token(TestIssuer.claims(["exp": "1865000000"]))
        issuer.state.withLock { $0.isDown = true }
        for _ in 1...3 {
            let refusal = try await Self.refusal(provider, token)
            #expect(refusal.status == 503 && refusal.code == "identity-provider-unavailable")
        }
        #expect(issuer.state.withLock { $0.fetched.count } == 1)
        issuer.state.withLock { $0.isDown = false }
        issuer.skip(.seconds(60))
        #expect(try await provider.principal(ofToken: token).name == "ana")
        issuer.state.withLock { $0.isDown = true }
        issuer.skip(.seconds(86_399))
        #expect(try await provider.principal(ofToken: token).name == "ana")
        issuer.skip(.seconds(1))
        #expect(try await Self.refusal(provider, token).status == 503)
    }

    @Test(
        "A description of another issuer, or one that leads away from TLS, is not followed",
        arguments: [
            #"{"issuer":"https://evil.example","jwks_uri":"https://id.example/realm/keys"}"#,
            #"{"issuer":"https://id.example/realm","jwks_uri":"http://id.example/realm/keys"}"#, "{}", "",
        ]
    )
    func description(text: String) async throws {
        let issuer = TestIssuer()
        issuer.state.withLock { $0.discovery = text }
        let token = try issuer.token()
        #expect(try await Self.refusal(try issuer.provider(), token).status == 503)
        #expect(issuer.keySetsFetched == 0)
    }

    @Test("Keys of no use here are left out of a set, and do no harm to the others")
    func keySet() async throws {
        let issuer = TestIssuer()
        issuer.state.withLock { state in
            state.keys += [
                #"{"kty":"oct","kid":"h","k":"c2VjcmV0","alg":"HS256"}"#, #"{"kty":"new","kid":"n","alg":"X9"}"#,
                TestIssuer.member(issuer.ec, "enc", extra: #","use":"enc""#),
                TestIssuer.member(issuer.ec, "other", extra: #","alg":"ES384""#),
                #"{"kty":"EC","crv":"P-521","kid":"p"}"#,
            ]
        }
        let provider = try issuer.provider()
        #expect(try await provider.principal(ofToken: try issuer.token()).name == "ana")
        for name in ["h", "n", "enc", "other", "p"] {
            let header = #"{"alg":"ES256","kid":"\#(name)"}"#
            let token = try TestIssuer.token(header: header, claims: TestIssuer.claims()) {
                Array(try issuer.ec.signature(for: $0).rawRepresentation)
            }
            #expect(try await Self.refusal(provider, token).detail.contains("no key of its name"), "\(name)")
        }
    }

    @Test(
        "A mapping that is none says what it should be",
        arguments: ["", "[]", #"{"a":"admin"}"#, #"{"a":["root"]}"#]
    )
    func mapping(text: String) {
        let error = #expect(throws: RoleMappingError.self) {
            try RoleMapping(claim: "groups", json: Array(text.utf8))
        }
        #expect(error?.description.contains("viewer, operator, approver, admin, auditor") == true)
    }

    @Test("A claim may lie in objects")
    func nested() async throws {
        let issuer = TestIssuer()
        let mapping = RoleMapping(claim: "realm_access.roles", roles: ["ops": [.operator]])
        var settings = IdentityProvider.Settings(
            issuer: TestIssuer.issuer,
            audience: TestIssuer.audience,
            roles: mapping
        )
        settings.nameClaim = "preferred_username"
        let provider = issuer.provider(settings)
        let claims = TestIssuer.claims([
            "realm_access": #"{"roles":["ops"]}"#, "preferred_username": "\"ana@example\"", "groups": nil,
        ])
        let principal = try await provider.principal(ofToken: try issuer.token(claims))
        #expect(principal.name == "ana@example" && principal.roles == [.operator])
    }
}
