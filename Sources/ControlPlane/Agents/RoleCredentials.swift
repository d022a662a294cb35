import DurableStreams
import FoundationEssentials
import ReadModels
package import Time

/// What a stock agent signs its requests with for a while: temporary credentials of one node.
///
/// Nobody keeps them. The session token says whose they are, and the secret is derived from the servers' seal key and that token: who
/// changes a token has no secret for it, and every server that has the seal key verifies all of them.
package struct RoleCredentials: Equatable, Sendable {
    /// How long they count; agents ask for new ones at half of it.
    package static let lifetime = Duration.seconds(3_600)
    /// What their ids begin with, as AWS's temporary ones begin with ASIA.
    package static let idPrefix = "RMRC"
    /// 240 bits, as those of access keys.
    private static let secretBytes = 30
    private static let mostTokenBytes = 512
    private static let version = "1"

    package let accessKeyID: String
    package let secret: String
    package let sessionToken: String
    package let node: String
    /// Of the node's public key, so that they end with it.
    let keyDigest: String
    package let expires: Timestamp

    /// New ones.
    init(node: String, publicKey: String, at now: Timestamp, sealKey: SealKey) {
        let number = Secret.identifier().uppercased()
        let (keyDigest, expires) = (Self.digest(of: publicKey), now + Self.lifetime)
        let claim = [Self.version, node, keyDigest, "\(expires.microseconds)", number].joined(separator: "/")
        self.init(claim, node, keyDigest, expires, number, sealKey)
    }

    /// Those that a request names; nil when no server can have made them.
    ///
    /// They are proved by nothing but a signature with their ``secret``.
    init?(accessKeyID: String, sessionToken: String, sealKey: SealKey) {
        guard sessionToken.utf8.count <= Self.mostTokenBytes, let bytes = Data(base64Encoded: sessionToken),
            let claim = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let parts = claim.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0] == Self.version, let end = Int64(parts[3]),
            accessKeyID == Self.idPrefix + parts[4]
        else { return nil }
        self.init(claim, parts[1], parts[2], Timestamp(microseconds: end), parts[4], sealKey)
    }

    private init(
        _ claim: String,
        _ node: String,
        _ keyDigest: String,
        _ expires: Timestamp,
        _ number: String,
        _ sealKey: SealKey
    ) {
        let purpose = "ringmaster role credentials 1/\(claim)"
        secret = Data(sealKey.secret(for: purpose, bytes: Self.secretBytes)).base64EncodedString()
        sessionToken = Data(claim.utf8).base64EncodedString()
        accessKeyID = Self.idPrefix + number
        (self.node, self.keyDigest, self.expires) = (node, keyDigest, expires)
    }

    /// Whether they were given to who holds the key.
    func belong(to publicKey: String) -> Bool { keyDigest == Self.digest(of: publicKey) }

    private static func digest(of publicKey: String) -> String { String(ContentStore.digest(of: publicKey).prefix(32)) }
}
