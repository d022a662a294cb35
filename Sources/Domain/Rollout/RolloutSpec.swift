/// One operation over the nodes of a lane: all that a rollout needs to know, fixed when it is opened but for its window.
package struct RolloutSpec: Codable, Equatable, Sendable {
    package var cycle: String
    package var stage: String
    /// The rollout's own name.
    package var rollout: String
    package var site: String
    package var patchGroup: String
    package var operation: Operation
    /// Managed-node ids, in the order in which they start; distinct.
    package var targets: [String]
    package var window: WindowOccurrence
    package var rateControl: RateControl
    package var deliverySeconds: Int
    package var hostRunSeconds: Int
    /// The second, since 1970, in which the lane was opened; nil in what was opened before there was one.
    ///
    /// A database that is restored to a moment before it opens the lane again under the same name, with other patches perhaps:
    /// the orders of the two are told apart by this.
    package var openedSecond: Int?
    /// Whether hosts that are queued when it halts end then, for nobody would resume it; nil for no.
    package var endsWhenHalted: Bool?

    package enum Operation: Codable, Equatable, Sendable {
        case scan
        case install(InstallWork)
        /// - Parameter rebootSlots: whose slots the targets need to reboot, which a step may ask for; nil when none needs any.
        case run(Document, rebootSlots: RebootSlotsOfTargets? = nil)
    }

    package init(
        cycle: String,
        stage: String,
        rollout: String,
        site: String,
        patchGroup: String,
        operation: Operation,
        targets: [String],
        window: WindowOccurrence,
        rateControl: RateControl,
        deliverySeconds: Int = LaneRules.defaultDeliverySeconds,
        hostRunSeconds: Int = LaneRules.defaultHostRunSeconds,
        openedSecond: Int? = nil,
        endsWhenHalted: Bool? = nil
    ) {
        self.cycle = cycle
        self.stage = stage
        self.rollout = rollout
        self.site = site
        self.patchGroup = patchGroup
        self.operation = operation
        self.targets = targets
        self.window = window
        self.rateControl = rateControl
        self.deliverySeconds = deliverySeconds
        self.hostRunSeconds = hostRunSeconds
        self.openedSecond = openedSecond
        self.endsWhenHalted = endsWhenHalted
    }

    /// Of all its orders, which are given once.
    package var attempt: Int { openedSecond ?? 1 }

    /// Whether it may change what is installed; what a document does is not known.
    package var installs: Bool { if case .install = operation { true } else { false } }

    /// How many hosts one decision orders at the most: the larger their orders, the fewer.
    var batchSize: Int {
        let bytes =
            switch operation {
            case .scan: 0
            case .install(let work): work.hooks?.byteCount ?? 0
            case .run(let document, _): document.byteCount
            }
        return max(1, min(Rollout.batchSize, Rollout.batchBytes / max(1, bytes)))
    }

    /// The group whose slot the target at an index needs to reboot.
    package func rebootSlot(at index: Int) -> String? {
        guard let slots = rebootSlots, slots.groups.indices.contains(slots.groupOfTarget[index]) else { return nil }
        return slots.groups[slots.groupOfTarget[index]]
    }

    var rebootSlots: RebootSlotsOfTargets? {
        switch operation {
        case .scan: nil
        case .install(let work): work.rebootSlots
        case .run(_, let slots): slots
        }
    }

    /// What the target at an index gets; nothing but for an install.
    package func patchSet(at index: Int) -> PatchSet {
        switch operation {
        case .scan, .run: PatchSet(patches: [])
        case .install(let work): work.patchSets[work.setOfTarget[index]]
        }
    }
}

/// The part of the frozen plan that a lane carries out.
package struct InstallWork: Codable, Equatable, Sendable {
    package var planDigest: String
    package var patchSets: [PatchSet]
    /// For each target the index of its patch set; an empty set is ordered too, for the proof that its rescan gives.
    package var setOfTarget: [Int]
    package var reboot: RebootPolicy
    package var hooks: Hooks?
    /// Whose slots the targets need to reboot; nil when none needs any.
    package var rebootSlots: RebootSlotsOfTargets?

    package init(
        planDigest: String,
        patchSets: [PatchSet],
        setOfTarget: [Int],
        reboot: RebootPolicy,
        hooks: Hooks? = nil,
        rebootSlots: RebootSlotsOfTargets? = nil
    ) {
        self.planDigest = planDigest
        self.patchSets = patchSets
        self.setOfTarget = setOfTarget
        self.reboot = reboot
        self.hooks = hooks
        self.rebootSlots = rebootSlots
    }
}

/// Which target needs which group's slot to reboot.
package struct RebootSlotsOfTargets: Codable, Equatable, Sendable {
    /// Names of groups.
    package var groups: [String]
    /// For each target the index of its group; -1 for none.
    package var groupOfTarget: [Int]

    /// - Parameter names: for each target its group.
    package init?(_ names: [String?]) {
        let groups = Set(names.compactMap(\.self)).sorted()
        guard !groups.isEmpty else { return nil }
        self.groups = groups
        groupOfTarget = names.map { name in name.flatMap { groups.firstIndex(of: $0) } ?? -1 }
    }
}
