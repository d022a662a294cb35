/// A signed order, as `GET /agent/v1/orders` returns it.
///
/// The signature covers the payload's exact bytes, so nothing needs a canonical JSON.
package struct OrderEnvelope: Codable, Equatable, Sendable {
    /// An ``Order`` as JSON text.
    package var payload: String
    /// Ed25519 by the control plane's order key over ``signedBytes``, in base64.
    package var signature: String
    /// The newest ``OrderKeyStatement``'s version, said by whoever delivers the order; nil while none was made.
    ///
    /// A hint, and not signed: it makes the agent ask for statements, each of which proves itself.
    package var keyVersion: Int?
    /// It is not wanted any more: whoever has not begun it refuses it.
    ///
    /// Not signed, for nothing is done by it.
    package var isWithdrawn: Bool?

    package init(payload: String, signature: String, keyVersion: Int? = nil, isWithdrawn: Bool? = nil) {
        self.payload = payload
        self.signature = signature
        self.keyVersion = keyVersion
        self.isWithdrawn = isWithdrawn
    }

    package var signedBytes: [UInt8] { SignedBytes.encode("ringmaster-order-v1", [Array(payload.utf8)]) }
}
