package import ControlPlane
import Domain
package import ReadModels
package import Time

/// What took too long, and what was there instead.
package struct NeverHappened: Error, CustomStringConvertible {
    package let description: String
}

extension TestControlPlane {
    /// Far above what anything takes, on a machine that is busy with other things too.
    private static let patience = Duration.seconds(120)

    /// Looks again until the value is as wanted; the value is then returned.
    ///
    /// - Throws: ``NeverHappened`` with the last value when it never is.
    package func eventually<Value>(
        _ wanted: String,
        _ value: () async throws -> Value,
        until isAsWanted: (Value) -> Bool
    ) async throws -> Value {
        let end = ContinuousClock.now + Self.patience
        while true {
            let current = try await value()
            if isAsWanted(current) { return current }
            guard ContinuousClock.now < end else { throw NeverHappened(description: "never \(wanted), but \(current)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Starts a cycle with its windows open at once.
    package func startCycle(_ workflow: String = "debian12-rings", by: String = "ana", key: String? = nil) async throws
        -> String
    {
        try await services.cycles.start(StartCycle(workflow: workflow, openNow: true, by: by), key: key).id
    }

    package func cycle(_ id: String, at moment: Timestamp? = nil) async throws -> CycleView {
        try await questions.cycle(id, at: moment, hosts: true)
    }

    /// The cycle, once it is as wanted.
    @discardableResult
    package func cycle(_ id: String, _ wanted: String, until isAsWanted: (CycleView) -> Bool) async throws -> CycleView
    {
        try await eventually(wanted, { try await questions.cycle(id, at: nil, hosts: true) }, until: isAsWanted)
    }

    /// The cycle, once the gate of the stage is open.
    @discardableResult
    package func gate(of stage: String, in id: String) async throws -> CycleView {
        try await cycle(id, "at the gate of \(stage)") { $0.stage(stage)?.gate?.state == "open" }
    }

    /// Waits for the gate and approves the plan that the cycle shows.
    package func approve(_ stage: String, of id: String, by: String = "ana", key: String? = nil) async throws {
        let digest = try await gate(of: stage, in: id).planDigest ?? ""
        let request = ApproveStage(stage: stage, planDigest: digest, reason: nil, by: by)
        try await services.cycles.approve(id, request, roles: Set(ApprovalRole.allCases), key: key)
    }

    package func steer(_ id: String, _ verb: CycleVerb, reason: String = "a test wants it", by: String = "ana")
        async throws
    {
        try await services.cycles.steer(id, verb, SteerCycle(reason: reason, by: by), key: nil)
    }
}

extension CycleView {
    package func stage(_ name: String) -> StageView? { stages.first { $0.name == name } }
}
