package import Time

/// What others are told of a cycle.
package struct CycleStanding: Codable, Equatable, Sendable {
    /// What a person is to decide.
    package struct Need: Codable, Equatable, Sendable {
        /// The same as long as the same decision is needed.
        package var id: String
        package var text: String

        package init(id: String, text: String) {
            self.id = id
            self.text = text
        }
    }

    package var workflow: String
    package var state: CycleState
    package var stage: String?
    package var need: Need?
    package var endedAt: Timestamp?

    package init(workflow: String, state: CycleState, stage: String?, need: Need?, endedAt: Timestamp?) {
        self.workflow = workflow
        self.state = state
        self.stage = stage
        self.need = need
        self.endedAt = endedAt
    }

    /// nil for one that has not started.
    package init?(_ cycle: Cycle) {
        guard let start = cycle.start else { return nil }
        self.init(
            workflow: start.definition.name,
            state: cycle.state,
            stage: cycle.currentStage?.name,
            need: cycle.need,
            endedAt: cycle.endedAt
        )
    }
}

extension Cycle {
    /// What a person is to decide; nil while nothing waits for one who does not know of it.
    fileprivate var need: CycleStanding.Need? {
        guard abort == nil, !step.isTerminal else { return nil }
        if let hold {
            guard hold.cause != .person else { return nil }
            return CycleStanding.Need(id: "hold@\(hold.at)", text: "it is halted: \(hold.reason)")
        }
        guard missingApprovals > 0, let stage = currentStage?.name else { return nil }
        let noun = currentGateRule?.approval?.by == 1 ? "an approval" : "approvals"
        return CycleStanding.Need(id: "gate/\(stage)", text: "the gate after \(stage) waits for \(noun) of its plan")
    }
}
