/// Whom an outbox tells, and how.
package struct Recipient: Codable, Hashable, Sendable {
    package enum Channel: String, Codable, Sendable, CaseIterable {
        case webhook
        case securityHub = "security-hub"
    }

    /// The destination's name.
    package var destination: String
    package var channel: Channel

    package init(destination: String, channel: Channel) {
        self.destination = destination
        self.channel = channel
    }

    /// Whether it wants to hear of changes that neither open, escalate nor close anything.
    var wantsChanges: Bool { channel == .securityHub }
}
