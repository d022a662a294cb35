/// Which keys sign orders, from this version on.
///
/// A control plane changes its order key by two of them: one that names the former and the next, signed by the former, and
/// one that names the next alone, signed by that. An agent takes one that a key which it trusts has signed, and never goes back.
package struct OrderKeyStatement: Codable, Equatable, Sendable {
    /// Most keys that are valid at a time: the former and the next.
    package static let maximumKeys = 2

    /// Grows by one with each change; what an agent is enrolled with has version 0.
    package var version: Int
    /// All that are valid: raw Ed25519 public keys in base64.
    package var keys: [String]

    package init(version: Int, keys: [String]) {
        self.version = version
        self.keys = keys
    }
}

/// A signed statement; the signature covers the payload's exact bytes.
package struct OrderKeyEnvelope: Codable, Equatable, Sendable {
    /// An ``OrderKeyStatement`` as JSON text.
    package var payload: String
    /// Ed25519 by a key that was valid before, over ``signedBytes``, in base64.
    package var signature: String

    package init(payload: String, signature: String) {
        self.payload = payload
        self.signature = signature
    }

    package var signedBytes: [UInt8] { SignedBytes.encode("ringmaster-order-keys-v1", [Array(payload.utf8)]) }
}

/// What `GET /agent/v1/order-keys` answers: every statement that was made, oldest first.
///
/// All of them: an agent that was away for several changes goes from one to the next.
package struct OrderKeyHistory: Codable, Equatable, Sendable {
    /// Most statements: a century of changes every half year.
    package static let maximumCount = 400

    package var statements: [OrderKeyEnvelope]

    package init(statements: [OrderKeyEnvelope] = []) { self.statements = statements }
}
