package import Time

/// What the control plane tells one agent to do.
///
/// It is bound to a node, expires, and carries its window as UTC instants; the agent has the last word.
package struct Order: Codable, Equatable, Sendable {
    /// Layout version; an agent refuses one it does not know.
    package var version: Int
    /// Unique for ever: `ROLLOUT#INDEX#ATTEMPT`.
    package var id: String
    package var node: String
    package var cycle: String
    package var rollout: String
    package var issued: Timestamp
    /// From this moment on an order not yet started is refused.
    package var expires: Timestamp
    package var window: Window
    package var work: Work
    /// The documents that run beside an install; nil for none.
    package var hooks: Hooks?
    /// The group whose slot the host needs before it reboots; nil when it needs none.
    package var rebootSlot: String?

    /// The maintenance window's occurrence in UTC.
    package struct Window: Codable, Equatable, Sendable {
        package var opens: Timestamp
        /// From here on nothing new starts: no package transaction, no reboot.
        package var cutoff: Timestamp
        package var closes: Timestamp

        package init(opens: Timestamp, cutoff: Timestamp, closes: Timestamp) {
            self.opens = opens
            self.cutoff = cutoff
            self.closes = closes
        }
    }

    package enum Work: Codable, Equatable, Sendable {
        /// Refresh the indexes and report the inventory; change nothing else.
        case scan
        /// Install exactly these patches, reboot if allowed and needed, and scan again.
        ///
        /// - Parameter newcomers: the packages that may come new onto the host where the patches need them, and no others.
        case install(
            planDigest: String,
            patches: [PatchReference],
            newcomers: [PatchReference],
            reboot: RebootPolicy
        )
        /// Run the document, and nothing else.
        case run(Document)
    }

    /// AWS-RunPatchBaseline's RebootOption.
    package enum RebootPolicy: String, Codable, Sendable {
        case ifNeeded = "if-needed"
        case never
    }

    /// An order without anything that an older agent would ignore has the first of them.
    package static let knownVersions = 1...2

    /// - Parameter version: nil for the lowest that its content allows.
    package init(
        version: Int? = nil,
        id: String,
        node: String,
        cycle: String,
        rollout: String,
        issued: Timestamp,
        expires: Timestamp,
        window: Window,
        work: Work,
        hooks: Hooks? = nil,
        rebootSlot: String? = nil
    ) {
        let hasDocuments = if case .run = work { true } else { hooks != nil }
        self.version = version ?? (hasDocuments || rebootSlot != nil ? 2 : 1)
        self.id = id
        self.node = node
        self.cycle = cycle
        self.rollout = rollout
        self.issued = issued
        self.expires = expires
        self.window = window
        self.work = work
        self.hooks = hooks
        self.rebootSlot = rebootSlot
    }
}
