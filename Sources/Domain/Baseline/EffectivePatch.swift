package import Time

/// What a baseline makes of a patch of the catalogue, as SSM tells it.
package struct EffectivePatch: Equatable, Sendable {
    package enum Deployment: String, Sendable {
        case approved = "APPROVED"
        case pending = "PENDING_APPROVAL"
        case listed = "EXPLICIT_APPROVED"
        case rejected = "EXPLICIT_REJECTED"
    }

    package let deployment: Deployment
    package let level: ComplianceLevel
    /// When a rule approves it, or has; nil for what a list approves or rejects, and for what nobody has dated.
    package let approvedAt: Timestamp?

    /// nil for a patch that the baseline has nothing to say of.
    package init?(_ patch: CataloguePatch, by baseline: Baseline, at now: Timestamp) {
        switch baseline.judge(patch.candidate, at: now) {
        case .approved(let level, by: .rule):
            self.init(.approved, level, at: baseline.approvalDay(of: patch.candidate))
        case .approved(let level, by: .list): self.init(.listed, level, at: nil)
        case .rejected: self.init(.rejected, .unspecified, at: nil)
        case .waits(let day, let rule):
            let level = baseline.rules.indices.contains(rule) ? baseline.rules[rule].level : .unspecified
            self.init(.pending, level, at: day.start)
        case .notApproved: return nil
        }
    }

    private init(_ deployment: Deployment, _ level: ComplianceLevel, at moment: Timestamp?) {
        (self.deployment, self.level, approvedAt) = (deployment, level, moment)
    }
}

extension Baseline {
    /// When its rules approve the patch first: what they would have said on the day that it was released.
    fileprivate func approvalDay(of candidate: PatchCandidate) -> Timestamp? {
        guard let released = candidate.notices.compactMap(\.releasedAt).min() else { return nil }
        guard case .waits(let day, _) = judge(candidate, at: released) else { return released }
        return day.start
    }
}

extension CivilDate {
    /// In UTC.
    fileprivate var start: Timestamp { Timestamp(microseconds: daysSince1970 * 86_400_000_000) }
}
