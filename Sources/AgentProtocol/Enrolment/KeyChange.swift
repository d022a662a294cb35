/// The body of `POST /agent/v1/key`, signed as every request by the present key: the key that takes its place.
///
/// Both are believed until the first request that the new one signs. The same key may be sent again.
package struct KeyChange: Codable, Equatable, Sendable {
    /// The raw 32 bytes of the new Ed25519 public key, in base64.
    package var publicKey: String
    /// Ed25519 by the new key over ``proofBytes(node:publicKey:)``, in base64: the sender holds it.
    package var proof: String

    package init(publicKey: String, proof: String) {
        self.publicKey = publicKey
        self.proof = proof
    }

    package static func proofBytes(node: String, publicKey: String) -> [UInt8] {
        SignedBytes.encode("ringmaster-key-v1", [node, publicKey].map { Array($0.utf8) })
    }
}
