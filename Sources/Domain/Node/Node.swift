package import Time

/// A host under management, known by its key.
package struct Node: EventSourced {
    /// nil before it is enrolled.
    package private(set) var enrolment: NodeEnrolment?
    package private(set) var enrolledAt: Timestamp?
    package private(set) var revocation: NodeRevocation?
    /// That two machines act as this node; it gets no orders from then on.
    package private(set) var clash: NodeClash?
    /// The key that its host is about to use, believed beside the present one.
    package private(set) var nextKey: NodeKey?
    /// Without what the host offered before it.
    package private(set) var lastReboot: NodeReboot?
    /// The last repairs, the newest last; nil before the first.
    package private(set) var repairs: [NodeRepair]?
    /// When its host last offered a key, whatever became of it.
    private var lastOfferAt: Timestamp?
    private var rebootHour: EventHour?
    private var repairHour: EventHour?
    private var factsHour: EventHour?

    /// How many events the reports of a host's reboots become in one hour of the clock: a host may lie, and events are for ever.
    ///
    /// As many as wait on a host, so that one that was cut off tells all.
    package static let rebootsPerHour = 20
    /// The same of its repairs.
    package static let repairsPerHour = 20
    /// The same of what a stock agent says of its host.
    package static let descriptionsPerHour = 10
    /// How many repairs are remembered.
    package static let maximumRepairs = 10
    /// How long after a key was offered another may be: a host may lie, and events are for ever.
    package static let keyInterval = Duration.seconds(3_600)

    package init() {}

    /// Whether its key is to be believed.
    package var isActive: Bool { enrolment != nil && revocation == nil }

    /// Whether it waits for a person's approval, and is only scanned until then.
    package var isPending: Bool { enrolment?.requiresApproval == true }

    package var wakeAt: Timestamp? { nil }

    package func decide(_ message: NodeMessage, now: Timestamp, actor: String) throws(NodeRefusal) -> [NodeEvent] {
        switch message {
        case .enrol(let enrolment):
            if let revocation { throw .revoked(node: enrolment.node, reason: revocation.reason) }
            if let current = self.enrolment, current.publicKey != enrolment.publicKey {
                throw .otherKey(node: enrolment.node)
            }
            var enrolment = enrolment
            // Whom a person trusts once stays trusted.
            if self.enrolment != nil, !isPending { enrolment.requiresApproval = nil }
            return self.enrolment == enrolment ? [] : [.enrolled(enrolment, at: now)]
        case .approve:
            guard isActive else { throw .notEnrolled }
            return isPending ? [.approved(by: actor, at: now)] : []
        case .label(let change): return try labelled(change, now: now, actor: actor)
        case .clash(let clash):
            return isActive && self.clash == nil ? [.cloned(clash, at: now)] : []
        case .offerKey(let key):
            guard isActive, let enrolment else { throw .notEnrolled }
            guard key != enrolment.publicKey, key != nextKey?.publicKey else { return [] }
            // Snapshots of before do not have the one, and tell of a key that was not used.
            if let last = lastOfferAt ?? nextKey?.offeredAt, now < last + Self.keyInterval {
                throw .keyTooSoon(node: enrolment.node)
            }
            return [.keyOffered(NodeKey(publicKey: key, offeredAt: now))]
        case .useKey(let key):
            return isActive && nextKey?.publicKey == key ? [.keyChanged(publicKey: key, at: now)] : []
        case .revoke(let reason):
            guard enrolment != nil else { throw .notEnrolled }
            return revocation == nil ? [.revoked(NodeRevocation(reason: reason, by: actor, at: now))] : []
        case .reboot(let reboot):
            let told = EventHour(now, after: rebootHour).count
            guard isActive, !isKnown(reboot), told <= Self.rebootsPerHour else { return [] }
            return [.rebooted(reboot, at: now)]
        case .repair(let repair):
            let told = EventHour(now, after: repairHour).count
            guard isActive, repairs?.contains(repair) != true, told <= Self.repairsPerHour else { return [] }
            return [.repaired(repair, at: now)]
        case .describe(let facts):
            let told = EventHour(now, after: factsHour).count
            guard isActive, enrolment?.facts != facts, told <= Self.descriptionsPerHour else { return [] }
            return [.described(facts, at: now)]
        case .runTimedOut(let order):
            guard var reboot = lastReboot, reboot.order == order, reboot.outcome == .announced else { return [] }
            reboot.outcome = .neverCameBack
            return [.rebooted(reboot, at: now)]
        case .wake: return []
        }
    }

    /// The tag of the patch group moves the node, from the next rollout on that looks for its targets.
    private func labelled(
        _ change: NodeLabelChange,
        now: Timestamp,
        actor: String
    ) throws(NodeRefusal) -> [NodeEvent] {
        guard isActive, let enrolment else { throw .notEnrolled }
        var labels = enrolment.shownLabels
        labels.apply(change)
        guard labels.tags.count <= NodeLabels.mostTags else { throw .tooManyTags(node: enrolment.node) }
        let group = try NodeLabels.patchGroup(of: labels.tags)
        guard labels != enrolment.shownLabels else { return [] }
        return [.labelled(labels, patchGroup: group, by: actor, at: now)]
    }

    /// What was told before, and what is announced after it was judged.
    private func isKnown(_ reboot: NodeReboot) -> Bool {
        guard let lastReboot, lastReboot.order == reboot.order, lastReboot.before == reboot.before else { return false }
        return reboot.outcome == .announced || (reboot.outcome, reboot.after) == (lastReboot.outcome, lastReboot.after)
    }

    package mutating func evolve(_ event: NodeEvent) {
        switch event {
        case .enrolled(let enrolment, let at):
            self.enrolment = enrolment
            enrolledAt = at
        case .revoked(let revocation): self.revocation = revocation
        case .approved: enrolment?.requiresApproval = nil
        case .labelled(let labels, let patchGroup, _, _):
            enrolment?.labels = labels
            enrolment?.patchGroup = patchGroup
        case .cloned(let clash, _): self.clash = clash
        case .keyOffered(let key):
            nextKey = key
            lastOfferAt = key.offeredAt
        case .keyChanged(let publicKey, _):
            enrolment?.publicKey = publicKey
            nextKey = nil
        case .rebooted(let reboot, let at):
            rebootHour = EventHour(at, after: rebootHour)
            lastReboot = reboot
            lastReboot?.condition = nil
        case .described(let facts, let at):
            factsHour = EventHour(at, after: factsHour)
            enrolment?.facts = facts
        case .repaired(let repair, let at):
            repairHour = EventHour(at, after: repairHour)
            repairs = Array(((repairs ?? []) + [repair]).suffix(Self.maximumRepairs))
        }
    }

    package func effects(of event: NodeEvent) -> [NodeEffect] { [] }
}

/// A node as its enrolment described it.
package struct NodeEnrolment: Codable, Equatable, Sendable {
    /// The managed-node id.
    package var node: String
    /// In base64: the raw Ed25519 public key of our agent, or the SubjectPublicKeyInfo of a stock agent's RSA key.
    package var publicKey: String
    package var site: String
    package var patchGroup: String
    package var activation: String
    package var facts: NodeFacts
    /// Whether it is only scanned until a person approves it; nil for no.
    package var requiresApproval: Bool?
    /// Of SSM's API; nil for none.
    package var labels: NodeLabels?
    /// Of a host with a stock agent; nil for one with ours.
    package var stock: StockIdentity?

    package init(
        node: String,
        publicKey: String,
        site: String,
        patchGroup: String,
        activation: String,
        facts: NodeFacts,
        requiresApproval: Bool? = nil,
        labels: NodeLabels? = nil,
        stock: StockIdentity? = nil
    ) {
        self.node = node
        self.publicKey = publicKey
        self.site = site
        self.patchGroup = patchGroup
        self.activation = activation
        self.facts = facts
        self.requiresApproval = requiresApproval
        self.stock = stock
        self.labels = labels
    }

    /// With the tag of its patch group, whoever put it there.
    package var shownLabels: NodeLabels {
        var shown = labels ?? NodeLabels()
        shown.tags = NodeLabels.tags(shown.tags, in: patchGroup)
        return shown
    }
}

/// What a host says of itself.
package struct NodeFacts: Codable, Equatable, Sendable {
    package var hostname: String
    package var platform: String
    package var platformVersion: String
    package var architecture: String
    package var agentVersion: String
    /// The instance of EC2 that it says it is: claimed, not proved.
    package var instance: CloudInstance?

    package init(
        hostname: String,
        platform: String,
        platformVersion: String,
        architecture: String,
        agentVersion: String,
        instance: CloudInstance? = nil
    ) {
        self.hostname = hostname
        self.platform = platform
        self.platformVersion = platformVersion
        self.architecture = architecture
        self.agentVersion = agentVersion
        self.instance = instance
    }
}

/// An instance of EC2 as its metadata service names it.
package struct CloudInstance: Codable, Equatable, Sendable {
    /// Such as `i-0a1b2c3d4e5f60718`.
    package var id: String
    /// Such as `eu-central-1`.
    package var region: String
    /// The AWS account, twelve digits.
    package var account: String

    package init(id: String, region: String, account: String) {
        self.id = id
        self.region = region
        self.account = account
    }
}

/// Two machines that spoke as one node by turns, as their agents name their boots.
package struct NodeClash: Codable, Equatable, Sendable {
    package var first: String
    package var second: String

    package init(first: String, second: String) {
        self.first = first
        self.second = second
    }
}

/// A key that a node's host has announced.
package struct NodeKey: Codable, Equatable, Sendable {
    /// As ``NodeEnrolment/publicKey``.
    package var publicKey: String
    package var offeredAt: Timestamp

    package init(publicKey: String, offeredAt: Timestamp) {
        self.publicKey = publicKey
        self.offeredAt = offeredAt
    }
}

/// Who took a node's key out of trust, and why.
package struct NodeRevocation: Codable, Equatable, Sendable {
    package var reason: String
    package var by: String
    package var at: Timestamp

    package init(reason: String, by: String, at: Timestamp) {
        self.reason = reason
        self.by = by
        self.at = at
    }
}
