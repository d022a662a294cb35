package import Time

/// The right to enrol some hosts, proved by a code of which only the hash is kept.
package struct Activation: EventSourced {
    /// nil before it is created.
    package private(set) var terms: ActivationTerms?
    package private(set) var uses: [ActivationUse] = []
    /// nil before it is created, and of one whose snapshot is of before this was kept.
    package private(set) var createdAt: Timestamp?
    /// That nobody enrols with it any more; those who did stay enrolled.
    package private(set) var deletion: ActivationDeletion?

    package init() {}

    package var remainingUses: Int { max(0, (terms?.maxUses ?? 0) - uses.count) }

    package var wakeAt: Timestamp? { nil }

    /// The node that the key was enrolled as.
    package func node(ofPublicKey key: String) -> String? { uses.first { $0.publicKey == key }?.node }

    package func decide(
        _ message: ActivationMessage,
        now: Timestamp,
        actor: String
    ) throws(ActivationRefusal) -> [ActivationEvent] {
        switch message {
        case .create(let terms):
            guard self.terms == nil else { throw .exists(activation: terms.activation) }
            guard terms.maxUses > 0, terms.expires > now else { throw .useless(activation: terms.activation) }
            return [.created(terms, by: actor, at: now)]
        case .use(let request):
            // Whoever does not know the code learns nothing, not even whether there is such an activation.
            guard let terms, terms.codeHash == request.codeHash else { throw .unknown }
            guard node(ofPublicKey: request.publicKey) == nil else { return [] }
            guard deletion == nil else { throw .deleted(activation: terms.activation) }
            guard now < terms.expires else { throw .expired(activation: terms.activation, at: terms.expires) }
            guard remainingUses > 0 else { throw .usedUp(activation: terms.activation, uses: terms.maxUses) }
            let use = ActivationUse(
                publicKey: request.publicKey,
                node: request.node,
                source: request.source,
                at: now,
                stock: request.stock
            )
            return [.used(use, facts: request.facts)]
        case .delete:
            guard terms != nil else { throw .absent }
            return deletion == nil ? [.deleted(ActivationDeletion(by: actor, at: now))] : []
        case .wake: return []
        }
    }

    package mutating func evolve(_ event: ActivationEvent) {
        switch event {
        case .created(let terms, _, let at): (self.terms, createdAt) = (terms, at)
        case .used(let use, _): uses.append(use)
        case .deleted(let deletion): self.deletion = deletion
        }
    }

    package func effects(of event: ActivationEvent) -> [ActivationEffect] {
        guard case .used(let use, let facts) = event, let terms else { return [] }
        let enrolment = NodeEnrolment(
            node: use.node,
            publicKey: use.publicKey,
            site: terms.site,
            patchGroup: terms.patchGroup,
            activation: terms.activation,
            facts: facts,
            requiresApproval: terms.requiresApproval,
            labels: terms.labels,
            stock: use.stock
        )
        return [.tell(node: use.node, .enrol(enrolment))]
    }
}

/// What an activation allows.
package struct ActivationTerms: Codable, Equatable, Sendable {
    /// Its public id.
    package var activation: String
    /// SHA-256 of the code, lower-case hexadecimal.
    package var codeHash: String
    package var maxUses: Int
    package var expires: Timestamp
    /// The site and the patch group of the nodes that it enrols.
    package var site: String
    package var patchGroup: String
    /// The networks in CIDR notation that hosts may enrol from; nil for all.
    package var networks: [String]?
    /// Whether the nodes are only scanned until a person approves them; nil for no.
    package var requiresApproval: Bool?
    /// What SSM's API lets its maker say of it.
    package var description: String?
    /// What the nodes that it enrols are called and tagged; nil of those of `ringmaster activation create`.
    package var labels: NodeLabels?

    package init(
        activation: String,
        codeHash: String,
        maxUses: Int,
        expires: Timestamp,
        site: String,
        patchGroup: String,
        networks: [String]? = nil,
        requiresApproval: Bool? = nil,
        description: String? = nil,
        labels: NodeLabels? = nil
    ) {
        self.activation = activation
        self.codeHash = codeHash
        self.maxUses = maxUses
        self.expires = expires
        self.site = site
        self.patchGroup = patchGroup
        self.networks = networks
        self.requiresApproval = requiresApproval
        self.description = description
        self.labels = labels
    }
}

/// Who ended an activation.
package struct ActivationDeletion: Codable, Equatable, Sendable {
    package var by: String
    package var at: Timestamp

    package init(by: String, at: Timestamp) {
        self.by = by
        self.at = at
    }
}

/// A host that wants to be enrolled and has proved that it holds the key.
package struct ActivationRequest: Codable, Equatable, Sendable {
    package var codeHash: String
    /// As ``NodeEnrolment/publicKey``.
    package var publicKey: String
    /// The managed-node id that the key gets; the same for the same activation and key, so that a repetition gets the same answer.
    package var node: String
    package var facts: NodeFacts
    /// The address that it was sent from, for the log.
    package var source: String?
    /// Of a host with a stock agent; nil for one with ours.
    package var stock: StockIdentity?

    package init(
        codeHash: String,
        publicKey: String,
        node: String,
        facts: NodeFacts,
        source: String? = nil,
        stock: StockIdentity? = nil
    ) {
        self.codeHash = codeHash
        self.publicKey = publicKey
        self.node = node
        self.facts = facts
        self.source = source
        self.stock = stock
    }
}

/// A key that was enrolled.
package struct ActivationUse: Codable, Equatable, Sendable {
    package var publicKey: String
    package var node: String
    /// The address that it was enrolled from; nil when it is not known.
    package var source: String?
    package var at: Timestamp
    /// Of a host with a stock agent; nil for one with ours.
    package var stock: StockIdentity?

    package init(
        publicKey: String,
        node: String,
        source: String? = nil,
        at: Timestamp,
        stock: StockIdentity? = nil
    ) {
        self.publicKey = publicKey
        self.node = node
        self.source = source
        self.at = at
        self.stock = stock
    }
}
