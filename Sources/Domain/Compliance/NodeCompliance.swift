package import Time

/// Whether a node has what its baseline asks for, and what speaks against it.
package struct NodeCompliance: Codable, Equatable, Sendable {
    /// How old a scan may be and still prove something: two nightly scans.
    package static let scanLifetimeSeconds = 48 * 3_600
    /// How long nothing may be heard of an agent, which asks for orders all the time.
    package static let silenceSeconds = 24 * 3_600

    package enum State: String, Codable, Sendable {
        case compliant = "COMPLIANT"
        case nonCompliant = "NON_COMPLIANT"
        /// Nothing proves the one or the other; ``NodeCompliance/unknownReason`` says why.
        case unknown = "UNKNOWN"
    }

    package enum UnknownReason: String, Codable, Sendable {
        case neverScanned = "never-scanned"
        case staleScan = "stale-scan"
        /// The package manager had no index of any repository.
        case noIndexes = "no-indexes"
        /// One of the indexes that the scan rests on was too old: see `areStale(at:)`.
        case staleIndex = "stale-index"
        case noBaseline = "no-baseline"
        /// Its last run failed or never ended, and nothing has been looked at since.
        case unscannedRun = "unscanned-run"
        /// Nothing came since, for the host's clock is so far off that none of its requests is taken.
        case clock
        /// Nothing came since, for its agent has not been heard for longer than ``NodeCompliance/silenceSeconds``.
        case agentSilent = "agent-silent"

        /// Why no newer scan proves anything, where more is known of it; no proof loses its worth by it.
        ///
        /// - Parameters:
        ///   - heardAt: when the agent was last heard.
        ///   - isClockOff: whether its last request was refused for its clock.
        package func explained(heardAt: Timestamp, isClockOff: Bool, at now: Timestamp) -> Self {
            switch self {
            case .neverScanned, .staleScan, .unscannedRun:
                if isClockOff { return .clock }
                return now > heardAt + .seconds(NodeCompliance.silenceSeconds) ? .agentSilent : self
            case .noIndexes, .staleIndex, .noBaseline, .clock, .agentSilent: return self
            }
        }
    }

    /// An approved update that is not installed.
    package struct Missing: Codable, Equatable, Sendable {
        package var patch: Patch
        package var level: ComplianceLevel
        package var classification: Classification

        package init(patch: Patch, level: ComplianceLevel, classification: Classification) {
            self.patch = patch
            self.level = level
            self.classification = classification
        }
    }

    package var state: State
    package var unknownReason: UnknownReason?
    /// Sorted by patch.
    package var missing: [Missing]
    /// Something that was installed takes effect with the next boot only.
    package var isPendingReboot: Bool

    /// SSM's CriticalNonCompliantCount: by the baseline's level, not the vendor's severity.
    package var criticalMissingCount: Int { missing.count { $0.level == .critical } }

    /// The judgement on the node's last scan.
    ///
    /// Installed packages that the baseline rejects are tolerated, as by SSM under its default action ALLOW_AS_DEPENDENCY: what counts
    /// is that no cycle brings them.
    ///
    /// - Parameters:
    ///   - scan: nil when it was never scanned.
    ///   - baseline: nil when none is for its patch group.
    package static func evaluate(_ scan: HostScan?, by baseline: Baseline?, now: Timestamp) -> Self {
        guard let scan else { return unknown(.neverScanned) }
        guard let baseline else { return unknown(.noBaseline) }
        guard scan.inventory.indexCount > 0 else { return unknown(.noIndexes) }
        guard !scan.inventory.indexes.areStale(at: scan.at) else { return unknown(.staleIndex) }
        guard now <= scan.at + .seconds(scanLifetimeSeconds) else { return unknown(.staleScan) }
        let missing = scan.inventory.upgrades.compactMap { update in
            baseline.judge(scan.inventory.candidate(update), at: now).level.map {
                Missing(patch: update.patch, level: $0, classification: update.classification)
            }
        }
        let isPendingReboot = !scan.inventory.rebootReasons.isEmpty
        let isCompliant = missing.isEmpty && !isPendingReboot
        return Self(
            state: isCompliant ? .compliant : .nonCompliant,
            unknownReason: nil,
            missing: missing.sorted { $0.patch < $1.patch },
            isPendingReboot: isPendingReboot
        )
    }

    private static func unknown(_ reason: UnknownReason) -> Self {
        Self(state: .unknown, unknownReason: reason, missing: [], isPendingReboot: false)
    }
}

/// An inventory and when it was taken.
package struct HostScan: Codable, Equatable, Sendable {
    package var inventory: HostInventory
    package var at: Timestamp

    package init(inventory: HostInventory, at: Timestamp) {
        self.inventory = inventory
        self.at = at
    }
}
