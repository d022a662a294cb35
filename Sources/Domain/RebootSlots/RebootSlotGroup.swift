/// Hosts of which only so many may be down for a reboot at a time, such as the members of a cluster.
package struct RebootSlotGroup: Codable, Equatable, Sendable {
    /// In bytes: ids of messages hold it beside an order's.
    package static let maximumName = 50
    package static let slotCounts = 1...100
    /// In seconds.
    package static let leases = 300...86_400
    /// How many groups a policy may have.
    package static let maximumCount = 200

    /// When a slot whose holder did not come back is free again.
    package enum ReleaseRule: String, Codable, Sendable, CaseIterable {
        /// When its lease ends.
        case expired
        /// When the holder is back, or an operator says so.
        case back
    }

    /// Letters, digits, dots and hyphens, which is what FleetLock's groups are made of.
    package var name: String
    package var slots: Int
    /// How long a slot is held at most without being asked for again.
    package var leaseSeconds: Int
    package var releaseWhen: ReleaseRule
    /// Whether it is open to FleetLock's clients, which prove nothing.
    package var isOpenToFleetLock: Bool
    /// Whose reboots it governs.
    package var targets: TargetSelector
    /// Names or globs of host names such as `db-*`; empty for any.
    package var hosts: [String]

    package init(
        name: String,
        slots: Int = 1,
        leaseSeconds: Int = 1_800,
        releaseWhen: ReleaseRule = .expired,
        isOpenToFleetLock: Bool = false,
        targets: TargetSelector = .all,
        hosts: [String] = []
    ) {
        self.name = name
        self.slots = slots
        self.leaseSeconds = leaseSeconds
        self.releaseWhen = releaseWhen
        self.isOpenToFleetLock = isOpenToFleetLock
        self.targets = targets
        self.hosts = hosts
    }

    package func matches(site: String, patchGroup: String, host: String) -> Bool {
        targets.matches(site: site, patchGroup: patchGroup)
            && (hosts.isEmpty || hosts.contains { Glob($0).matches(host) })
    }

    /// What is left of it when a policy leaves it out: orders that name it go by it, and nobody else.
    package var closed: Self {
        var group = self
        group.isOpenToFleetLock = false
        return group
    }

    /// Whether a group can have the name.
    package static func isName(_ text: String) -> Bool {
        (1...maximumName).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
    }

    /// What is wrong with it; nil when nothing is.
    package var problem: String? {
        guard Self.isName(name) else {
            let allowed = "1 to \(Self.maximumName) letters of a to z, digits, dots or hyphens"
            return "found the name `\(name)`: expected \(allowed)"
        }
        guard Self.slotCounts.contains(slots) else {
            return "it has \(slots) slots: expected \(Self.slotCounts.lowerBound) to \(Self.slotCounts.upperBound)"
        }
        guard Self.leases.contains(leaseSeconds) else {
            return "a lease of \(leaseSeconds) s: expected \(Self.leases.lowerBound) to \(Self.leases.upperBound)"
        }
        guard isOpenToFleetLock || targets != .all || !hosts.isEmpty else {
            return "`for` names nothing: name sites, patch groups, a ring or hosts, or open it to FleetLock"
        }
        return nil
    }
}
