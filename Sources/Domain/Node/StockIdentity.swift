/// What an amazon-ssm-agent says of its machine beside its key.
package struct StockIdentity: Codable, Equatable, Sendable {
    /// What a node's agent version begins with when its agent is not ours.
    package static let agentName = "amazon-ssm-agent"

    /// Made anew when the agent finds itself on other hardware; a UUID.
    package var fingerprint: String

    package init(fingerprint: String) { self.fingerprint = fingerprint }
}
