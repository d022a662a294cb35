import AWSSignature
import Crypto
import DurableStreams
import ReadModels
import Synchronization
import Time

/// The keys that stock agents' credentials sign with on a day, for a region and a service: deriving one takes more than a signature.
///
/// Only what has proved a signature is kept, so that nobody else can fill it; it says nothing of whether credentials still count.
final class RoleKeys: Sendable {
    struct Key: Sendable {
        let credentials: RoleCredentials
        let key: SymmetricKey
    }

    private struct Name: Hashable {
        let accessKeyID: String
        let token: String
        let scope: String

        init(_ proof: InstanceProof) {
            (accessKeyID, token, scope) = (proof.claim.accessKeyID, proof.token ?? "", proof.claim.scope)
        }
    }

    private let capacity: Int
    private let keys = Mutex([Name: Key]())

    /// - Parameter capacity: an agent and what it starts use two at a time, of each credentials; 30,000 take some 20 MB.
    init(capacity: Int = 30_000) { self.capacity = capacity }

    var count: Int { keys.withLock { $0.count } }

    /// The key that must have signed the request; nil when no server can have made the credentials that it names.
    func key(claimedBy proof: InstanceProof, sealKey: SealKey) -> Key? {
        if let known = keys.withLock({ $0[Name(proof)] }) { return known }
        let (id, token) = (proof.claim.accessKeyID, proof.token ?? "")
        return RoleCredentials(accessKeyID: id, sessionToken: token, sealKey: sealKey)
            .map { Key(credentials: $0, key: proof.claim.key(of: $0.secret)) }
    }

    /// - Parameter proof: was found to be signed by the key.
    func keep(_ key: Key, provedBy proof: InstanceProof, at now: Timestamp) {
        keys.withLock { keys in
            guard keys.updateValue(key, forKey: Name(proof)) == nil, keys.count > capacity else { return }
            keys = keys.filter { now < $0.value.credentials.expires }
            if keys.count > capacity { keys = [:] }
        }
    }
}
