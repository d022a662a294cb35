import Domain
package import Time

/// The end of a host run that proves something of its node, or that nothing is proved any more.
package struct RunEnding: Equatable, Sendable {
    package let node: String
    package let rollout: String
    package let cycle: String
    package let patchGroup: String
    /// What was found at its end; nil when nobody looked.
    package let inventory: String?
    package let at: Timestamp
    /// When the node's last inventory was taken.
    package internal(set) var scannedAt: Timestamp?

    init(_ node: String, of rollout: String, _ lane: ProjectedLane, inventory: String?, at: Timestamp) {
        self.node = node
        self.rollout = rollout
        cycle = lane.cycle
        patchGroup = lane.patchGroup
        self.inventory = inventory
        self.at = at
        scannedAt = inventory == nil ? nil : at
    }

    /// Whether the fact ends a run after the host may have changed or was looked at; a refusal proves nothing new.
    static func ends(_ fact: HostFact) -> Bool {
        switch fact {
        case .scanned, .installed, .failed: true
        case .accepted, .refused, .installing, .rebooting, .verifying, .ran: false
        }
    }
}
