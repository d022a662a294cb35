import FoundationEssentials
import JWTKit

/// A public key of an identity provider, and the one algorithm that it counts for.
struct SigningKey: Sendable {
    /// The algorithms that are taken, as JOSE names them (RFC 7518, RFC 8037): no shared secrets, and never `none`.
    enum Algorithm: String, Sendable {
        case rs256 = "RS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    /// Of an RSA key's modulus, in base64 without padding: 2,048 bits.
    private static let shortestModulus = 342

    let algorithm: Algorithm
    let jwk: JWK

    /// nil for a key that is not for signatures, or for other algorithms.
    fileprivate init?(_ member: Member) {
        guard let id = member.kid.map(JWKIdentifier.init(string:)), member.use ?? "sig" == "sig" else { return nil }
        switch (member.kty, member.crv) {
        case ("RSA", _):
            guard let modulus = member.n, modulus.utf8.count >= Self.shortestModulus else { return nil }
            algorithm = .rs256
            jwk = .rsa(.rs256, identifier: id, modulus: modulus, exponent: member.e)
        case ("EC", "P-256"):
            algorithm = .es256
            jwk = .ecdsa(.es256, identifier: id, x: member.x, y: member.y, curve: .p256)
        case ("OKP", "Ed25519"):
            algorithm = .edDSA
            jwk = .octetKeyPair(.eddsa, identifier: id, x: member.x, y: nil, curve: .ed25519)
        default: return nil
        }
        guard member.alg ?? algorithm.rawValue == algorithm.rawValue else { return nil }
    }

    /// The keys of a key set (RFC 7517) by their names; those that are of no use here are left out.
    ///
    /// - Throws: for what is no key set.
    static func keys(inSet json: [UInt8]) throws -> [String: SigningKey] {
        let members = try JSONDecoder().decode(KeySet.self, from: Data(json)).keys
        let keys = members.compactMap { member in
            SigningKey(member).flatMap { key in member.kid.map { ($0, key) } }
        }
        return Dictionary(keys) { first, _ in first }
    }

    private struct KeySet: Decodable {
        var keys: [Member]
    }

    fileprivate struct Member: Decodable {
        var kty: String
        var kid: String?
        var use: String?
        var alg: String?
        var crv: String?
        var n: String?
        var e: String?
        var x: String?
        var y: String?
    }
}
