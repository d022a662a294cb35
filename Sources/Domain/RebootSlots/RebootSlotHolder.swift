package import Time

/// Who may be down for a reboot, and until when.
package struct RebootSlotHolder: Codable, Equatable, Sendable {
    /// `node/ID` or `fleetlock/ID`: whoever proves nothing can hold and release nothing of a node's.
    package var name: String
    /// What for: an order's id, or `fleetlock`.
    package var purpose: String
    package var grantedAt: Timestamp
    package var until: Timestamp
    /// Grows with every grant of the group: a release that names an older one is void.
    package var fence: Int64
    /// Its lease has ended and it still holds the slot, for the group waits until it is back.
    package var isOverdue = false

    package init(name: String, purpose: String, grantedAt: Timestamp, until: Timestamp, fence: Int64) {
        self.name = name
        self.purpose = purpose
        self.grantedAt = grantedAt
        self.until = until
        self.fence = fence
    }

    package static let fleetLockPurpose = "fleetlock"

    package static func name(ofNode node: String) -> String { "node/\(node)" }

    package static func name(ofFleetLock client: String) -> String { "fleetlock/\(client)" }

    /// Under which name its grants are counted: its own, or that of all who prove nothing.
    static func budget(of name: String) -> String { name.hasPrefix("fleetlock/") ? "fleetlock" : name }
}

/// Who wants a slot and asks for it again and again.
package struct RebootSlotWaiter: Codable, Equatable, Sendable {
    package var name: String
    package var purpose: String
    package var askedAt: Timestamp

    package init(name: String, purpose: String, askedAt: Timestamp) {
        self.name = name
        self.purpose = purpose
        self.askedAt = askedAt
    }
}
