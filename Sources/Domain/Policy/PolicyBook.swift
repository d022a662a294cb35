package import Time

/// The policy of the fleet, and what people reject between two of its versions.
package struct PolicyBook: EventSourced {
    package private(set) var policy: Policy?
    /// Of the policy's canonical JSON, SHA-256 in lower-case hexadecimal; nil before one is applied.
    package private(set) var digest: String?
    package private(set) var appliedBy: String?
    package private(set) var appliedAt: Timestamp?
    /// Those of commands, beside those of the baselines; the newest last.
    package private(set) var rejections: [PatchRejection] = []
    /// The groups of reboot slots that the last policy has left out; nil in what was stored before there were any.
    private var retiredSlots: [RebootSlotGroup]?
    /// nil in what was stored before there were any.
    private var baselineDates: [String: BaselineDates]?

    /// It bounds what each cycle carries.
    package static let mostRejections = 100

    package init() {}

    /// When the next rejection ceases to hold.
    package var wakeAt: Timestamp? { rejections.compactMap(\.end).min() }

    package func decide(
        _ message: PolicyMessage,
        now: Timestamp,
        actor: String
    ) throws(PolicyRefusal) -> [PolicyEvent] {
        switch message {
        case .apply(let policy, let digest, let base):
            guard digest != self.digest else { return [] }
            guard base == nil || base == self.digest else { throw .changedMeanwhile(digest: self.digest) }
            return [.applied(policy, digest: digest, by: actor, at: now)]
        case .reject(let rejection):
            guard rejection.isInForce(at: now) else { throw .expired(rejection) }
            guard !rejections.contains(rejection) else { return [] }
            let others = rejections.filter { $0.entry != rejection.entry }
            guard others.count < Self.mostRejections else { throw .tooMany }
            return [.patchRejected(rejection, by: actor, at: now)]
        case .accept(let entry, let reason):
            guard rejections.contains(where: { $0.entry == entry }) else { throw .notRejected(entry: entry) }
            return [.patchAccepted(entry: entry, reason: reason, by: actor, at: now)]
        case .wake:
            return rejections.filter { !$0.isInForce(at: now) }.map { .rejectionExpired(entry: $0.entry, at: now) }
        }
    }

    package mutating func evolve(_ event: PolicyEvent) {
        switch event {
        case .applied(let policy, let digest, let by, let at):
            let dates = baselineDates ?? [:]
            baselineDates = dates.applied(policy.baselines, over: self.policy?.baselines ?? [], at: at)
            let kept = Set(policy.rebootSlots.map(\.name))
            retiredSlots = (self.policy?.rebootSlots ?? []).filter { !kept.contains($0.name) }
            (self.policy, self.digest) = (policy, digest)
            (appliedBy, appliedAt) = (by, at)
        case .patchRejected(let rejection, _, _):
            rejections.removeAll { $0.entry == rejection.entry }
            rejections.append(rejection)
        case .patchAccepted(let entry, _, _, _), .rejectionExpired(let entry, _):
            rejections.removeAll { $0.entry == entry }
        }
    }

    /// nil for one that is not of the policy.
    package func dates(of baseline: Baseline) -> BaselineDates? { baselineDates?.dates(of: baseline) }

    /// Schedules carry what they start, so that each change is told to them.
    package func effects(of event: PolicyEvent) -> [PolicyEffect] {
        switch event {
        case .applied(let policy, _, _, _):
            [.renewSchedules, .moveWindows] + policy.rebootSlots.map(PolicyEffect.configure)
                + (retiredSlots ?? []).map { .configure($0.closed) }
        case .patchRejected(let rejection, let by, _): [.carryOut(rejection, by: by), .renewSchedules]
        case .patchAccepted(let entry, _, let by, _): [.takeBack(entry: entry, by: by), .renewSchedules]
        case .rejectionExpired(let entry, _): [.takeBack(entry: entry, by: "its expiry"), .renewSchedules]
        }
    }
}
