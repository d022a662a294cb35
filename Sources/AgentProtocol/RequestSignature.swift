/// The headers by which an enrolled agent proves who it is, on every request after enrolment.
///
/// A replay inside the tolerance has no effect: reports are idempotent by (order, sequence), reads change nothing.
package enum RequestSignature {
    /// The managed-node id.
    package static let nodeHeader = "Ringmaster-Node"
    /// Milliseconds since 1970 by the agent's clock.
    package static let timeHeader = "Ringmaster-Time"
    /// Ed25519 over ``bytes(method:target:node:milliseconds:bodyDigest:)``, in base64.
    package static let signatureHeader = "Ringmaster-Signature"
    /// The name in a poll's query of what tells one boot of one machine from others: 16 hexadecimal digits.
    ///
    /// Part of the target, so that it is signed, and ignored by control planes that do not know it.
    package static let bootParameter = "boot"
    /// How far the agent's clock may be from the server's, in milliseconds: five minutes.
    package static let toleranceMilliseconds: Int64 = 300_000

    /// - Parameters:
    ///   - target: path and query exactly as sent such as `/agent/v1/orders?wait=30`.
    ///   - bodyDigest: the raw SHA-256 of the body; of no bytes when there is none.
    package static func bytes(
        method: String,
        target: String,
        node: String,
        milliseconds: Int64,
        bodyDigest: [UInt8]
    ) -> [UInt8] {
        let fields = [method, target, node, String(milliseconds)].map { Array($0.utf8) }
        return SignedBytes.encode("ringmaster-request-v1", fields + [bodyDigest])
    }
}
