import Crypto
import Domain
import FoundationEssentials

/// What a node's requests are judged by: the key of our agent, or that of a stock agent.
enum NodePublicKey: Sendable {
    case agent(Curve25519.Signing.PublicKey)
    case stock(InstanceKey)

    /// nil for what is no key of that kind; none of them is ever enrolled.
    ///
    /// - Parameter text: as ``NodeEnrolment/publicKey``.
    init?(_ text: String, isStock: Bool) {
        if isStock {
            guard let key = InstanceKey(text) else { return nil }
            self = .stock(key)
        } else {
            guard let raw = Data(base64Encoded: text),
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)  // length is all it checks
            else { return nil }
            self = .agent(key)
        }
    }
}
