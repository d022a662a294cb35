package import Time

/// A cycle as a person or a machine looks at it, folded from its streams.
package struct CycleView: Codable, Equatable, Sendable {
    package var id: String
    package var workflow: String
    /// `planned`, `running`, `paused`, `halted`, `aborting`, `aborted`, `failed`, `completed`.
    package var state: String
    /// Why it is in this state, where there is a reason to tell.
    package var reason: String?
    /// The stage it is in; nil before the first and after the last.
    package var stage: String?
    /// SHA-256 of the pinned workflow definition.
    package var definitionDigest: String
    /// SHA-256 of the frozen plan; nil until it is frozen.
    package var planDigest: String?
    /// The frozen plan in figures.
    package var plan: PlanFigures?
    package var startedAt: Timestamp
    package var startedBy: String
    package var endedAt: Timestamp?
    /// The last time that a person let it go on after a pause or a halt.
    package var lastResumption: ResumptionView?
    /// Over all host runs of all stages opened so far.
    package var counts: CountsView
    package var stages: [StageView]
    /// What its hosts are told to run, sorted by name; nil when that is nothing.
    package var documents: [DocumentView]?

    package init(
        id: String,
        workflow: String,
        state: String,
        reason: String?,
        stage: String?,
        definitionDigest: String,
        planDigest: String?,
        plan: PlanFigures? = nil,
        startedAt: Timestamp,
        startedBy: String,
        endedAt: Timestamp?,
        lastResumption: ResumptionView? = nil,
        counts: CountsView,
        stages: [StageView],
        documents: [DocumentView]? = nil
    ) {
        self.id = id
        self.workflow = workflow
        self.state = state
        self.reason = reason
        self.stage = stage
        self.definitionDigest = definitionDigest
        self.planDigest = planDigest
        self.plan = plan
        self.startedAt = startedAt
        self.startedBy = startedBy
        self.endedAt = endedAt
        self.lastResumption = lastResumption
        self.counts = counts
        self.stages = stages
        self.documents = documents
    }
}

/// A document that is pinned in a cycle.
package struct DocumentView: Codable, Equatable, Sendable {
    package var name: String
    package var description: String?
    /// SHA-256 of its canonical JSON.
    package var digest: String
    /// The names of its steps.
    package var steps: [String]
    /// Where it runs, such as `early: before-install`; a run stage's name alone.
    package var runs: [String]

    package init(name: String, description: String?, digest: String, steps: [String], runs: [String]) {
        self.name = name
        self.description = description
        self.digest = digest
        self.steps = steps
        self.runs = runs
    }
}
