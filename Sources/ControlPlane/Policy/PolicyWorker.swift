import Domain
package import DurableStreams
package import Logging
import PatchStreams
package import ReadModels
package import Time

/// Carries out what a change of the policy asks for.
package struct PolicyWorker: Sendable {
    private let reader: StreamReader
    private let questions: FleetQuestions
    private let workflows: WorkflowLibrary
    private let logger: Logger
    private let now: @Sendable () -> Timestamp

    package init(
        reader: StreamReader,
        questions: FleetQuestions,
        workflows: WorkflowLibrary,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.reader = reader
        self.questions = questions
        self.workflows = workflows
        self.logger = logger
        self.now = now
    }

    /// By the kind of task.
    package var handlers: [String: TaskHandler] {
        let handler: TaskHandler = { task in try await carryOut(task) }
        let rejection = PatchRejection(entry: "", reason: "", owner: "")
        let effects: [PolicyEffect] = [
            .renewSchedules, .moveWindows, .carryOut(rejection, by: ""), .takeBack(entry: "", by: ""),
        ]
        return Dictionary(uniqueKeysWithValues: effects.map { ($0.kind, handler) })
    }

    // MARK: - Steps

    private func carryOut(_ task: ClaimedTask) async throws -> [Message] {
        let replies: [Reply] =
            switch try DomainJSON.decode(PolicyEffect.self, from: task.body) {
            case .renewSchedules: try await renewSchedules()
            case .moveWindows: try await moveWindows()
            case .carryOut(let rejection, let by):
                try await cyclesThatBring(rejection).map {
                    Reply(Cycle.stream($0), CycleMessage.rejectPatch(rejection, by: by))
                }
            case .takeBack(let entry, let by):
                try await questions.unfinishedCycles().map {
                    Reply(Cycle.stream($0), CycleMessage.acceptPatch(entry: entry, by: by))
                }
            case .configure(let group): [Reply(RebootSlots.stream(group.name), RebootSlotsMessage.configure(group))]
            }
        return try replies.map { try $0.message(of: task, at: now()) }
    }

    private func renewSchedules() async throws -> [Reply] {
        let renewed = ScheduleDefinitions(workflows, try await reader.policy())
        for gap in renewed.gaps { logger.warning("schedule not renewed", metadata: ["reason": "\(gap)"]) }
        return renewed.definitions.map { Reply($0.stream, ScheduleMessage.define($0.cycle)) }
    }

    /// What opens later is opened by the present policy.
    private func moveWindows() async throws -> [Reply] {
        let policy = try await reader.policy().policy ?? Policy()
        var replies: [Reply] = []
        for name in try await questions.unfinishedCycles() {
            let (cycle, rollouts) = try await openRollouts(of: name)
            guard let start = cycle?.start else { continue }
            for rollout in rollouts {
                guard let name = rollout.spec?.rollout,
                    let window = try LaneWindows.moved(for: rollout, start, policy, at: now())
                else { continue }
                replies.append(Reply(Rollout.stream(name), RolloutMessage.move(window)))
            }
        }
        return replies
    }

    /// Those with lanes at work that would.
    ///
    /// What opens later is held against the policy then.
    private func cyclesThatBring(_ rejection: PatchRejection) async throws -> [String] {
        let offers = try await questions.offers(calledBy: [rejection])[rejection.entry] ?? []
        var found: [String] = []
        for name in try await questions.unfinishedCycles() {
            let (_, rollouts) = try await openRollouts(of: name)
            if rollouts.contains(where: { $0.spec?.patch(rejectedBy: rejection, offers) != nil }) { found.append(name) }
        }
        return found
    }

    /// A cycle with the rollouts of its open lanes.
    ///
    /// - Throws: ``LanesBeingOpened`` while lanes are: by which policy nobody knows. After a failure they are opened anew.
    private func openRollouts(of name: String) async throws -> (Cycle?, [Rollout]) {
        let cycle = try await reader.fold(DomainDecider<Cycle>.withoutEffects, Cycle.stream(name))?.state
        guard let cycle else { return (nil, []) }
        if cycle.step == .openingLanes, cycle.failedTask == nil { throw LanesBeingOpened(cycle: name) }
        var rollouts: [Rollout] = []
        for lane in cycle.currentStage?.openLanes ?? [] {
            let stream = Rollout.stream(lane.rollout)
            let rollout = try await reader.fold(DomainDecider<Rollout>.withoutEffects, stream)?.state
            // Its cycle heard of it first.
            guard let rollout, rollout.spec != nil else { throw LanesBeingOpened(cycle: name) }
            rollouts.append(rollout)
        }
        return (cycle, rollouts)
    }
}

/// The task is tried again a moment later.
private struct LanesBeingOpened: Error, CustomStringConvertible {
    let cycle: String

    var description: String { "lanes of cycle \(cycle) are being opened, by this policy or the one before" }
}
