/// What a new agent sends to `POST /agent/v1/enrol`.
///
/// The same key with the same activation always yields the same node, so the request may be repeated.
package struct EnrolmentRequest: Codable, Equatable, Sendable {
    package var activation: String
    /// The activation's secret.
    ///
    /// It travels once, over TLS; the control plane keeps only a hash of it.
    package var code: String
    /// The raw 32 bytes of the Ed25519 public key, in base64.
    package var publicKey: String
    /// Ed25519 over ``EnrolmentRequest/proofBytes``, in base64: the sender holds the private key.
    package var proof: String
    package var facts: HostFacts

    package init(activation: String, code: String, publicKey: String, proof: String, facts: HostFacts) {
        self.activation = activation
        self.code = code
        self.publicKey = publicKey
        self.proof = proof
        self.facts = facts
    }

    /// The bytes that ``proof`` signs.
    package var proofBytes: [UInt8] {
        SignedBytes.encode("ringmaster-enrol-v1", [activation, code, publicKey].map { Array($0.utf8) })
    }
}
