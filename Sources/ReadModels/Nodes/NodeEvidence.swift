import Domain
import Time

/// What a node's patches are judged by, and the judgement at the time of its last inventory.
struct NodeEvidence {
    let packages: PackageSet
    let keptConfiguration: [String]
    let survey: PatchSurvey
    let baseline: Baseline
    let at: Timestamp
    let report: PatchReport
    /// The class of the last run's failure; nil when it is unknown or did not fail.
    let failure: String?
    let next: Explanation.NextInstall?

    init(
        _ inventory: HostInventory,
        by baseline: Baseline,
        at moment: Timestamp,
        lastInstall: LastInstall?,
        next: Explanation.NextInstall?
    ) {
        packages = PackageSet(inventory)
        keptConfiguration = inventory.keptConfiguration
        survey = PatchSurvey(
            inventory,
            by: baseline,
            at: moment,
            operation: lastInstall.map { .install(onlyNames: $0.names) } ?? .scan
        )
        self.baseline = baseline
        at = moment
        report = PatchReport(survey, by: baseline, at: moment)
        failure = lastInstall?.failure
        self.next = next
    }

    /// - Parameter patch: a package's name or a glob; nil for all that is on offer or waits for a boot.
    func explanations(of patch: String?) -> [Explanation] {
        let items = Dictionary(report.items.map { ($0.patch, $0) }) { first, _ in first }
        let glob = patch.map { Glob($0) }
        let installed = survey.installed.filter { candidate in
            glob.map { $0.matches(candidate.patch.name) } ?? (items[candidate.patch]?.status == .nonCompliant)
        }
        let offered = survey.available.filter { glob?.matches($0.patch.name) ?? true }
        return explanations(installed + offered)
    }

    /// Of what is on offer for a package.
    func explanations(ofOffered name: String) -> [Explanation] {
        explanations(survey.available.filter { $0.patch.name == name })
    }

    private func explanations(_ candidates: [PatchCandidate]) -> [Explanation] {
        let items = Dictionary(report.items.map { ($0.patch, $0) }) { first, _ in first }
        return candidates.map { candidate in
            Explanation(candidate, items[candidate.patch], by: baseline, at: at, failure: failure, next: next)
        }.sorted { $0.patch < $1.patch }
    }
}

/// An install that a node has gone through.
struct LastInstall {
    /// The packages that it was to bring.
    let names: Set<String>
    let failure: String?
}
