import Domain

extension FleetQuestions {
    /// What the cycle's definition allows.
    ///
    /// - Throws: ``Problem`` 404 for an unknown cycle.
    package func limits(ofCycle id: String) async throws -> CycleLimits {
        guard let definition = try await cycleState(id, at: nil).start?.definition else {
            return CycleLimits(stages: [:], zones: [:], zone: "UTC")
        }
        return CycleLimits(
            stages: Dictionary(definition.stages.map { ($0.name, CycleLimits.Stage($0)) }) { first, _ in first },
            zones: Dictionary(definition.sites.map { ($0.name, $0.zone) }) { first, _ in first },
            zone: definition.zone
        )
    }
}

extension CycleLimits.Stage {
    fileprivate init(_ stage: Stage) {
        let rules = stage.laneRules?.rateControl
        maxConcurrency = rules?.maxConcurrency.description
        maxErrors = rules?.maxErrors.description
        soakSeconds = stage.gate?.soakSeconds ?? 0
        failedAtMost = stage.gate?.failedAtMost?.description
        approvalRole = stage.gate?.approval?.role
    }
}
