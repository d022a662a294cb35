package import Time

/// A case that a policy's authors have written down: what it says of one patch on one day.
package struct PolicyTest: Codable, Equatable, Sendable {
    package enum Verdict: String, Codable, Sendable, CaseIterable {
        case approved, waiting, rejected
        case notApproved = "not-approved"
    }

    package enum Subject: Codable, Equatable, Sendable {
        /// Of which the case tells all that it is judged by.
        case patch(PatchCandidate)
        /// What the advisory of this id fixes on the system, or those that name this CVE; of these the packages that a glob matches.
        case advisory(String, on: OperatingSystem, packages: String)
    }

    /// Judged as this UTC day begins.
    package var day: CivilDate
    package var patchGroup: String
    package var subject: Subject
    /// Of each patch.
    package var verdict: Verdict
    /// Of an approved patch; nil when any will do.
    package var level: ComplianceLevel?
    /// Where the case stands, such as `policy/tests.yaml:3:5`.
    package var place: String

    package init(
        day: CivilDate,
        patchGroup: String,
        subject: Subject,
        verdict: Verdict,
        level: ComplianceLevel?,
        place: String
    ) {
        self.day = day
        self.patchGroup = patchGroup
        self.subject = subject
        self.verdict = verdict
        self.level = level
        self.place = place
    }

    /// The id or the CVE that has to be looked up; nil when the case tells all.
    package var advisory: String? { if case .advisory(let id, _, _) = subject { id } else { nil } }

    /// What the policy says otherwise; nil when the case holds.
    ///
    /// - Parameter advisories: what is known of those that cases name, in any order.
    package func failure(under policy: Policy, knowing advisories: [NotedAdvisory] = []) -> String? {
        switch subject {
        case .patch(let candidate): return failure(of: candidate, under: policy, as: candidate.patch.name)
        case .advisory(let id, let system, let packages):
            let meant = advisories.filter { $0.isMeant(by: id) }
            guard !meant.isEmpty else { return "\(title(id)): nothing is known of it; name the feed that has it" }
            let glob = Glob(packages)
            let candidates = meant.flatMap { $0.candidates(on: system) }.filter { glob.matches($0.patch.name) }
            guard !candidates.isEmpty else {
                return "\(title(id)): it fixes no package \(packages) on \(system.rawValue)"
            }
            return candidates.lazy.compactMap { candidate in
                failure(of: candidate, under: policy, as: "\(candidate.patch.name) of \(candidate.notices[0].id)")
            }.first
        }
    }

    // MARK: - Steps

    private func title(_ subject: String) -> String { "on \(day) \(subject) for \(patchGroup)" }

    private func failure(of candidate: PatchCandidate, under policy: Policy, as name: String) -> String? {
        guard let baseline = policy.allBaselines.serving(patchGroup, on: candidate.system) else {
            return "\(title(name)): no baseline is for \(patchGroup) on \(candidate.system.rawValue)"
        }
        let judgement = baseline.judge(candidate, at: day.beginning)
        let expected = "\(verdict.rawValue)\(level.map { " at \($0.rawValue)" } ?? "")"
        guard Verdict(judgement) != verdict || (level != nil && level != judgement.level) else { return nil }
        return "\(title(name)): expected \(expected), but \(baseline.name) says: \(judgement.text)"
    }
}

extension NotedAdvisory {
    /// - Parameter name: an advisory's id, or a CVE in any case.
    package func isMeant(by name: String) -> Bool {
        advisory.id == name || CVE(name).map(advisory.cves.contains) ?? false
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
