import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Opens a rollout for each lane of the stage and tells the cycle of them.
    func openLanes(of stageName: String, cycle name: String, _ cycle: Cycle, _ start: CycleStart) async throws
        -> [Reply]
    {
        let rejections = try await reader.policy().rejections
        let rejected = cycle.plan == nil ? [:] : try await questions.offers(calledBy: rejections)
        // After what may take long: whoever changes the policy from here on finds these lanes, or waits for them.
        let book = try await reader.policy()
        guard book.rejections == rejections else { throw PolicyChanged() }
        let opening = try LaneOpening(of: stageName, cycle: name, cycle, start, book)
        let plan = try await plan(opening.planDigest)
        let specs = try opening.specs(
            for: try await questions.activeNodes(opening.targets, installs: opening.changesHosts),
            plan: plan,
            rejected: rejected,
            at: now()
        )
        guard let taken = try await claimTargets(of: specs) else { return opening.replies(specs) }
        // Nobody would resume a command: it asks again by itself.
        guard start.command == nil else {
            return [Reply(Cycle.stream(name), CycleMessage.nodesBusy(stage: stageName, reason: taken.description))]
        }
        throw PermanentTaskFailure(
            "\(taken); wait for that lane to end or abort that cycle, then resume this one"
        )
    }

    /// nil when none is asked for, or it is not stored.
    private func plan(_ digest: String?) async throws -> Plan? {
        do {
            guard let digest, let text = try await content.verified(digest) else { return nil }
            return try Plan(canonical: text)
        } catch let changed as ContentChanged {
            throw PermanentTaskFailure("\(changed)")
        }
    }
}

/// The task is tried again a moment later.
private struct PolicyChanged: Error, CustomStringConvertible {
    let description = "what people reject has changed while lanes were to be opened"
}
