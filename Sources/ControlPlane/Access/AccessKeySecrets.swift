import Domain
import DurableStreams
import FoundationEssentials
import Time

/// The secrets of access keys: made from the servers' seal key whenever they are needed, and kept nowhere.
///
/// Who verifies a signature needs the very secret, where a token's hash is enough; so it must not be the database that has it.
struct AccessKeySecrets: Sendable {
    /// What the ids of access keys begin with, as AWS's begin with AKIA.
    static let idPrefix = "RMAK"
    /// 240 bits: 40 characters of base64, as many as AWS's secrets have.
    private static let bytes = 30

    private let sealKey: SealKey

    init(sealKey: SealKey) { self.sealKey = sealKey }

    /// Of one key with one end: an id that were given anew would have another.
    func secret(of token: AccessToken) -> String {
        let purpose = "ringmaster access key 1/\(token.id)/\(token.expires.microseconds)"
        return Data(sealKey.secret(for: purpose, bytes: Self.bytes)).base64EncodedString()
    }
}
