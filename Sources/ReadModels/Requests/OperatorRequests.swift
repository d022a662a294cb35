package import Domain

/// The body of `POST /api/v1/activations`.
package struct CreateActivation: Decision, Codable, Equatable, Sendable {
    package var site: String
    package var patchGroup: String
    /// How many hosts may enrol with it, 1 to 1,000.
    package var uses: Int
    /// From now, at most 30 days.
    package var expiresInSeconds: Int
    /// The networks in CIDR notation that hosts may enrol from, at most 64; nil for all.
    package var networks: [String]?
    /// Whether the nodes are only scanned until a person approves them; nil for no.
    package var requiresApproval: Bool?
    package var by: String?

    package init(
        site: String,
        patchGroup: String,
        uses: Int,
        expiresInSeconds: Int,
        networks: [String]? = nil,
        requiresApproval: Bool? = nil,
        by: String?
    ) {
        self.site = site
        self.patchGroup = patchGroup
        self.uses = uses
        self.expiresInSeconds = expiresInSeconds
        self.networks = networks
        self.requiresApproval = requiresApproval
        self.by = by
    }
}

/// The body of `POST /api/v1/cycles`.
package struct StartCycle: Decision, Codable, Equatable, Sendable {
    /// The name of a workflow that the server has loaded.
    package var workflow: String
    /// Opens every window at once instead of at its time.
    package var openNow: Bool
    package var by: String?

    package init(workflow: String, openNow: Bool, by: String?) {
        self.workflow = workflow
        self.openNow = openNow
        self.by = by
    }
}

/// The body of `POST /api/v1/runs`.
package struct StartRun: Decision, Codable, Equatable, Sendable {
    /// What people are not to wait for longer than, in seconds.
    package static let secondsRange = 30...86_400

    package var targets: TargetSelector
    /// A program and its arguments; nil where a document is named.
    package var command: [String]?
    /// The name of a document that the server has; nil where there is a command.
    package var document: String?
    /// Hosts in flight at once in each lane.
    package var maxConcurrency: Limit
    /// Errors that a lane tolerates before it halts.
    package var maxErrors: Limit
    /// How long a command may take; a document's steps have their own timeouts.
    package var timeoutSeconds: Int
    /// How long hosts may begin.
    package var deliverySeconds: Int
    /// Who runs the command; nil for the agent's own user.
    package var user: String?
    package var by: String?

    package init(
        targets: TargetSelector,
        command: [String]? = nil,
        document: String? = nil,
        maxConcurrency: Limit,
        maxErrors: Limit,
        timeoutSeconds: Int = 3_600,
        deliverySeconds: Int = 3_600,
        user: String? = nil,
        by: String?
    ) {
        self.targets = targets
        self.command = command
        self.document = document
        self.maxConcurrency = maxConcurrency
        self.maxErrors = maxErrors
        self.timeoutSeconds = timeoutSeconds
        self.deliverySeconds = deliverySeconds
        self.user = user
        self.by = by
    }
}

/// The body of `POST /api/v1/cycles/ID/approvals`.
package struct ApproveStage: Decision, Codable, Equatable, Sendable {
    package var stage: String
    /// The digest of the plan that was looked at.
    package var planDigest: String
    package var reason: String?
    package var by: String?

    package init(stage: String, planDigest: String, reason: String?, by: String?) {
        self.stage = stage
        self.planDigest = planDigest
        self.reason = reason
        self.by = by
    }
}

/// The body of `POST /api/v1/cycles/ID/abort`, `pause` and `resume`.
package struct SteerCycle: Decision, Codable, Equatable, Sendable {
    package var reason: String
    package var by: String?

    package init(reason: String, by: String?) {
        self.reason = reason
        self.by = by
    }
}

/// The body of `POST /api/v1/nodes/ID/revoke`.
package struct RevokeNode: Decision, Codable, Equatable, Sendable {
    package var reason: String
    package var by: String?

    package init(reason: String, by: String?) {
        self.reason = reason
        self.by = by
    }
}

/// The body of `POST /api/v1/nodes/ID/approve`.
package struct ApproveNode: Decision, Codable, Equatable, Sendable {
    package var by: String?

    package init(by: String?) { self.by = by }
}

/// The answer to `POST /api/v1/cycles`.
package struct CycleStarted: Codable, Equatable, Sendable {
    package var id: String

    package init(id: String) { self.id = id }
}

/// A page of a list.
package struct Listing<Item: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    /// Most items of one page.
    package static var maximumCount: Int { 5_000 }

    package var items: [Item]
    /// Give it as `after` for the next page; nil when there is none.
    package var next: String?

    package init(items: [Item], next: String? = nil) {
        self.items = items
        self.next = next
    }
}

/// The body of `POST /api/v1/engine/retry` and `discard`.
package struct SettleMessage: Decision, Codable, Equatable, Sendable {
    /// The id of a message that is set aside.
    package var message: String
    /// Its stream, where messages of that id are set aside in several.
    package var stream: String?
    /// Must be given to discard.
    package var reason: String?
    package var by: String?

    package init(message: String, stream: String?, reason: String?, by: String?) {
        self.message = message
        self.stream = stream
        self.reason = reason
        self.by = by
    }
}
