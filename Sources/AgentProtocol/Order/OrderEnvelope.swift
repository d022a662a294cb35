/// A signed order, as `GET /agent/v1/orders` returns it.
///
/// The signature covers the payload's exact bytes, so nothing needs a canonical JSON.
package struct OrderEnvelope: Codable, Equatable, Sendable {
    /// An ``Order`` as JSON text.
    package var payload: String
    /// Ed25519 by the control plane's order key over ``signedBytes``, in base64.
    package var signature: String

    package init(payload: String, signature: String) {
        self.payload = payload
        self.signature = signature
    }

    package var signedBytes: [UInt8] { SignedBytes.encode("ringmaster-order-v1", [Array(payload.utf8)]) }
}
