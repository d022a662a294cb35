package import Time

/// The states of a node's patches under its baseline, and the counts of SSM's patch summary (ssm-semantics §4.1 and §4.3).
package struct PatchReport: Codable, Equatable, Sendable {
    /// Sorted by patch.
    package let items: [PatchItem]

    package init(_ survey: PatchSurvey, by baseline: Baseline, at now: Timestamp) {
        let judge = Judge(survey: survey, baseline: baseline, now: now)
        let items =
            survey.installed.map(judge.installed) + survey.available.compactMap(judge.available)
            + survey.inapplicable.compactMap(judge.inapplicable)
        self.items = items.sorted { $0.patch < $1.patch }
    }

    package func count(_ state: PatchState) -> Int { items.count { $0.state == state } }

    /// SSM's CriticalNonCompliantCount: by the baseline's level.
    package var criticalCount: Int { faults.count { $0.level == .critical } }

    /// SSM's SecurityNonCompliantCount: by the vendor's class, so that a patch may be in this and in the critical one.
    package var securityCount: Int { faults.count(where: \.isSecurity) }

    /// SSM's OtherNonCompliantCount: in neither.
    package var otherCount: Int { faults.count { $0.level != .critical && !$0.isSecurity } }

    package var isCompliant: Bool { faults.isEmpty }

    /// The highest level of what speaks against the node, `INFORMATIONAL` at least; nil when nothing does.
    package var worstLevel: ComplianceLevel? { faults.map { max($0.level, .informational) }.max() }

    private var faults: some Collection<PatchItem> { items.lazy.filter { $0.status == .nonCompliant } }

    /// Gives each patch its state.
    private struct Judge {
        let survey: PatchSurvey
        let baseline: Baseline
        let now: Timestamp

        func installed(_ candidate: PatchCandidate) -> PatchItem {
            switch baseline.judge(candidate, at: now) {
            case .approved(let level, _):
                let waits = survey.awaitingReboot.contains(candidate.patch.name)
                return item(candidate, waits ? .installedPendingReboot : .installed, level)
            case .rejected where baseline.rejectedAction == .block: return item(candidate, .installedRejected)
            // It waits for its boot whether or not it is approved.
            default:
                let waits = survey.awaitingReboot.contains(candidate.patch.name)
                return item(candidate, waits ? .installedPendingReboot : .installedOther)
            }
        }

        /// nil for what is not approved and nobody reports.
        func available(_ candidate: PatchCandidate) -> PatchItem? {
            guard case .approved(let level, _) = baseline.judge(candidate, at: now) else {
                let isSecurity =
                    candidate.system == .windows
                    && candidate.notices.contains { $0.classification == "SecurityUpdates" }
                return isSecurity ? item(candidate, .availableSecurityUpdate) : nil
            }
            return item(candidate, wasToCome(candidate) ? .failed : .missing, level)
        }

        func inapplicable(_ candidate: PatchCandidate) -> PatchItem? {
            baseline.judge(candidate, at: now).level.map { item(candidate, .notApplicable, $0) }
        }

        // MARK: - Steps

        /// An install leaves out what an obstacle keeps out.
        private func wasToCome(_ candidate: PatchCandidate) -> Bool {
            guard case .install(let names) = survey.operation, survey.obstacles[candidate.patch]?.isRepairable ?? true
            else { return false }
            return names?.contains(candidate.patch.name) ?? true
        }

        private func item(
            _ candidate: PatchCandidate,
            _ state: PatchState,
            _ level: ComplianceLevel = .unspecified
        ) -> PatchItem {
            let isAbsent = state == .missing || state == .failed
            let isNamed = ![.installedOther, .notApplicable].contains(state)
            let notice = candidate.notices.first
            return PatchItem(
                patch: candidate.patch,
                state: state,
                status: status(of: state),
                level: level,
                classification: isNamed ? classification(candidate, notice) : nil,
                vendorSeverity: isNamed ? candidate.system.family == .apt ? candidate.priority : notice?.severity : nil,
                cves: isAbsent && [.rpm, .zypper].contains(candidate.system.family)
                    ? Set(candidate.notices.flatMap(\.cves)).sorted() : [],
                obstacle: isAbsent ? survey.obstacles[candidate.patch] : nil
            )
        }

        /// Of apt `Security` or nothing, as SSM reports it.
        private func classification(_ candidate: PatchCandidate, _ notice: PatchNotice?) -> String? {
            guard candidate.system.family == .apt else { return notice?.classification }
            return candidate.isFromSecurityArchive ? Classification.security.rawValue : ""
        }

        private func status(of state: PatchState) -> PatchItem.Status? {
            switch state {
            case .installed, .installedOther: .compliant
            case .installedPendingReboot, .installedRejected, .missing, .failed: .nonCompliant
            case .notApplicable: nil
            case .availableSecurityUpdate:
                baseline.availableSecurityUpdates == .nonCompliant ? .nonCompliant : .compliant
            }
        }
    }
}
