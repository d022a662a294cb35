package import Time

/// What documents did on hosts: a one-off run, or the hooks and run stages of a cycle.
package struct RunView: Codable, Equatable, Sendable {
    /// The cycle's id.
    package var id: String
    package var workflow: String
    /// The cycle's state.
    package var state: String
    /// Why it is in this state, where there is a reason to tell.
    package var reason: String?
    /// In Run Command's words.
    package var status: RunStatus
    package var startedAt: Timestamp
    package var startedBy: String
    package var endedAt: Timestamp?
    package var documents: [DocumentView]
    package var targets: Int
    /// How many hosts have ended, one way or the other.
    package var completed: Int
    package var errors: Int
    /// In the order of stages and lanes; none when only a summary was asked for.
    package var invocations: [InvocationView]

    package init(
        id: String,
        workflow: String,
        state: String,
        reason: String?,
        status: RunStatus,
        startedAt: Timestamp,
        startedBy: String,
        endedAt: Timestamp?,
        documents: [DocumentView],
        targets: Int,
        completed: Int,
        errors: Int,
        invocations: [InvocationView]
    ) {
        self.id = id
        self.workflow = workflow
        self.state = state
        self.reason = reason
        self.status = status
        self.startedAt = startedAt
        self.startedBy = startedBy
        self.endedAt = endedAt
        self.documents = documents
        self.targets = targets
        self.completed = completed
        self.errors = errors
        self.invocations = invocations
    }
}

/// One host's part in it.
package struct InvocationView: Codable, Equatable, Sendable {
    package var node: String
    package var name: String
    package var stage: String
    /// The host run's state.
    package var state: String
    package var status: RunStatus
    /// Why it failed or was refused.
    package var detail: String?
    /// In the order in which they ran; empty until it has ended.
    package var steps: [StepView]

    package init(
        node: String,
        name: String,
        stage: String,
        state: String,
        status: RunStatus,
        detail: String?,
        steps: [StepView]
    ) {
        self.node = node
        self.name = name
        self.stage = stage
        self.state = state
        self.status = status
        self.detail = detail
        self.steps = steps
    }
}

/// What became of one step on one host.
package struct StepView: Codable, Equatable, Sendable {
    /// `before-install` and the like; nil for the document of a run.
    package var hook: String?
    package var name: String
    /// `succeeded`, `failed`, `timed-out`, `skipped` or `not-restarted`.
    package var state: String
    package var exitCode: Int?
    package var milliseconds: Int
    package var attempts: Int
    /// The last 1,000 bytes of what it said; nil unless it was asked for.
    package var output: String?

    package init(
        hook: String?,
        name: String,
        state: String,
        exitCode: Int?,
        milliseconds: Int,
        attempts: Int,
        output: String?
    ) {
        self.hook = hook
        self.name = name
        self.state = state
        self.exitCode = exitCode
        self.milliseconds = milliseconds
        self.attempts = attempts
        self.output = output
    }
}
