package import Time

/// What a baseline says of advisories, beside what another one says: a look at a change before it is made.
package struct BaselinePreview: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package let advisory: String
        package let severity: AdvisorySeverity
        /// nil when the vendor gives no date.
        package let releasedAt: Timestamp?
        /// What it fixes on the baseline's system, without repetition; sorted.
        package let packages: [String]
        /// Of those packages the one that the baseline likes best.
        package let judgement: Judgement
        /// The other baseline's; nil when there is none.
        package let present: Judgement?

        /// Whether the two treat it differently: another verdict, another level or another day.
        package var isChanged: Bool { present.map { $0.outcome != judgement.outcome } ?? true }
    }

    /// By their dates, the latest first.
    package let items: [Item]

    /// - Parameters:
    ///   - baseline: has to name its system: others are for no advisory in particular.
    ///   - present: the baseline that it is to replace; nil for none.
    ///   - ratings: of advisories without a severity of their own.
    package init(
        of baseline: Baseline,
        against present: Baseline?,
        _ advisories: [Advisory],
        threats: Threats = Threats(),
        ratings: SeverityRatings,
        at now: Timestamp
    ) {
        let items = advisories.compactMap { advisory -> Item? in
            let noted = NotedAdvisory(advisory, threats) { ratings.severity(of: $0, by: advisory.source) }
            let candidates = noted.candidates(on: baseline.system)
            guard let best = baseline.best(candidates, at: now) else { return nil }
            return Item(
                advisory: advisory.id,
                severity: advisory.severity { ratings.severity(of: $0, by: advisory.source) },
                releasedAt: advisory.releasedAt,
                packages: Set(candidates.map(\.patch.name)).sorted(),
                judgement: best,
                present: present?.best(candidates, at: now)
            )
        }
        self.items = items.sorted { left, right in
            let dates = (left.releasedAt?.microseconds ?? .min, right.releasedAt?.microseconds ?? .min)
            return dates.0 == dates.1 ? left.advisory < right.advisory : dates.0 > dates.1
        }
    }
}

extension Baseline {
    /// nil without candidates.
    fileprivate func best(_ candidates: [PatchCandidate], at now: Timestamp) -> Judgement? {
        candidates.map { judge($0, at: now) }.max { $0.outcome.rank < $1.outcome.rank }
    }
}

extension Judgement {
    /// What counts of it: by whom it was reached does not.
    fileprivate enum Outcome: Equatable {
        case approved(ComplianceLevel), waits(CivilDate), rejected, notApproved

        /// The greater the nearer the patch is.
        var rank: Int {
            switch self {
            case .approved: 3
            case .waits: 2
            case .notApproved: 1
            case .rejected: 0
            }
        }
    }

    fileprivate var outcome: Outcome {
        switch self {
        case .approved(let level, _): .approved(level)
        case .waits(let day, _): .waits(day)
        case .rejected: .rejected
        case .notApproved: .notApproved
        }
    }
}
