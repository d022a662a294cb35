import Crypto
import CryptoExtras
import FoundationEssentials
import Logging
import OpenID
import Synchronization
import Time

/// An identity provider in this process: keys, their set, and the tokens that they sign.
final class TestIssuer: Sendable {
    static let issuer = "https://id.example/realm"
    static let audience = "ringmaster"
    static let start = Timestamp(microseconds: 1_764_000_000_000_000)

    struct State {
        var now = TestIssuer.start
        /// Members of the key set, as JSON.
        var keys: [String] = []
        var fetched: [String] = []
        var isDown = false
        var discovery = #"{"issuer":"https://id.example/realm","jwks_uri":"https://id.example/realm/keys"}"#
    }

    let state = Mutex(State())
    let ec = P256.Signing.PrivateKey()
    let ed = Curve25519.Signing.PrivateKey()

    init() {
        let set = [Self.member(ec, "ec-1"), Self.member(ed, "ed-1")]
        state.withLock { $0.keys = set }
    }

    // MARK: - As a provider

    func provider(roles: [String: [String]] = ["ops": ["operator"], "soc": ["viewer", "auditor"]]) throws
        -> IdentityProvider
    {
        let json = try JSONEncoder().encode(roles)
        let settings = IdentityProvider.Settings(
            issuer: Self.issuer,
            audience: Self.audience,
            roles: try RoleMapping(claim: "groups", json: Array(json))
        )
        return provider(settings)
    }

    func provider(_ settings: IdentityProvider.Settings) -> IdentityProvider {
        IdentityProvider(
            settings: settings,
            fetch: { [self] in try fetch($0) },
            now: { [self] in state.withLock { $0.now } },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func skip(_ duration: Duration) { state.withLock { $0.now = $0.now + duration } }

    var keySetsFetched: Int { state.withLock { $0.fetched.count { $0.hasSuffix("/keys") } } }

    private struct Down: Error {}

    private func fetch(_ url: String) throws -> [UInt8] {
        try state.withLock { state in
            state.fetched.append(url)
            guard !state.isDown else { throw Down() }
            switch url {
            case "\(Self.issuer)/.well-known/openid-configuration": return Array(state.discovery.utf8)
            case "\(Self.issuer)/keys": return Array("{\"keys\":[\(state.keys.joined(separator: ","))]}".utf8)
            default: throw Down()
            }
        }
    }

    // MARK: - Keys

    static func member(_ key: P256.Signing.PrivateKey, _ id: String, extra: String = "") -> String {
        let point = Array(key.publicKey.x963Representation.dropFirst())
        let (x, y) = (encoded(Array(point[..<32])), encoded(Array(point[32...])))
        return #"{"kty":"EC","crv":"P-256","kid":"\#(id)","x":"\#(x)","y":"\#(y)"\#(extra)}"#
    }

    static func member(_ key: _RSA.Signing.PrivateKey, _ id: String) throws -> String {
        let numbers = try key.publicKey.getKeyPrimitives()
        let (n, e) = (encoded(Array(numbers.modulus)), encoded(Array(numbers.publicExponent)))
        return #"{"kty":"RSA","kid":"\#(id)","n":"\#(n)","e":"\#(e)"}"#
    }

    static func member(_ key: Curve25519.Signing.PrivateKey, _ id: String) -> String {
        #"{"kty":"OKP","crv":"Ed25519","kid":"\#(id)","x":"\#(encoded(Array(key.publicKey.rawRepresentation)))","use":"sig"}"#
    }

    // MARK: - Tokens

    /// Claims that count, with some of them changed; those that are nil are left out.
    static func claims(_ changes: [String: String?] = [:]) -> String {
        let seconds = start.microseconds / 1_000_000
        var claims: [String: String?] = [
            "iss": "\"\(issuer)\"", "aud": "\"\(audience)\"", "sub": "\"ana\"", "groups": "[\"ops\"]",
            "exp": "\(seconds + 600)", "iat": "\(seconds)",
        ]
        claims.merge(changes) { _, new in new }
        let members = claims.sorted { $0.key < $1.key }.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{\(members.joined(separator: ","))}"
    }

    /// A token of these parts, signed by `sign`.
    static func token(header: String, claims: String, sign: ([UInt8]) throws -> [UInt8]) rethrows -> String {
        let covered = encoded(Array(header.utf8)) + "." + encoded(Array(claims.utf8))
        return covered + "." + encoded(try sign(Array(covered.utf8)))
    }

    func token(
        _ claims: String = claims(),
        header: String = #"{"alg":"EdDSA","kid":"ed-1","typ":"JWT"}"#
    ) throws -> String {
        try Self.token(header: header, claims: claims) { Array(try ed.signature(for: $0)) }
    }

    func tokenOfEC(_ claims: String = claims()) throws -> String {
        try Self.token(header: #"{"alg":"ES256","kid":"ec-1"}"#, claims: claims) {
            Array(try ec.signature(for: $0).rawRepresentation)
        }
    }

    static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
