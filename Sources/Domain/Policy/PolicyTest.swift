package import Time

/// A case that a policy's authors have written down: what it says of one patch on one day.
package struct PolicyTest: Codable, Equatable, Sendable {
    package enum Verdict: String, Codable, Sendable, CaseIterable {
        case approved, waiting, rejected
        case notApproved = "not-approved"
    }

    /// Judged as this UTC day begins.
    package var day: CivilDate
    package var patchGroup: String
    package var candidate: PatchCandidate
    package var verdict: Verdict
    /// Of an approved patch; nil when any will do.
    package var level: ComplianceLevel?
    /// Where the case stands, such as `policy/tests.yaml:3:5`.
    package var place: String

    package init(
        day: CivilDate,
        patchGroup: String,
        candidate: PatchCandidate,
        verdict: Verdict,
        level: ComplianceLevel?,
        place: String
    ) {
        self.day = day
        self.patchGroup = patchGroup
        self.candidate = candidate
        self.verdict = verdict
        self.level = level
        self.place = place
    }

    /// What the policy says otherwise; nil when the case holds.
    package func failure(under policy: Policy) -> String? {
        let subject = "on \(day) \(candidate.patch.name) for \(patchGroup)"
        guard let baseline = policy.allBaselines.serving(patchGroup, on: candidate.system) else {
            return "\(subject): no baseline is for \(patchGroup) on \(candidate.system.rawValue)"
        }
        let judgement = baseline.judge(candidate, at: day.beginning)
        let expected = "\(verdict.rawValue)\(level.map { " at \($0.rawValue)" } ?? "")"
        guard Verdict(judgement) != verdict || (level != nil && level != judgement.level) else { return nil }
        return "\(subject): expected \(expected), but \(baseline.name) says: \(judgement.text)"
    }
}

extension PolicyTest.Verdict {
    fileprivate init(_ judgement: Judgement) {
        self =
            switch judgement {
            case .approved: .approved
            case .rejected: .rejected
            case .waits: .waiting
            case .notApproved: .notApproved
            }
    }
}

extension Judgement {
    /// For people, in a few words.
    package var text: String {
        switch self {
        case .approved(let level, .rule(let index)): "approved at \(level.rawValue) by rule \(index + 1)"
        case .approved(let level, .list(let entry)): "approved at \(level.rawValue) by its entry \(entry)"
        case .rejected(let entry): "rejected by its entry \(entry)"
        case .waits(let day, let index): "waiting until \(day) by rule \(index + 1)"
        case .notApproved(.notSecurity): "not approved, for nothing says that it is a security update"
        case .notApproved(.globalFilters): "not approved, for the global filters leave it out"
        case .notApproved(.noRule): "not approved, for no rule matches"
        case .notApproved(.undated): "not approved, for its date is not known"
        case .notApproved(.tooLate): "not approved, for it came after the rule's last day"
        }
    }
}
