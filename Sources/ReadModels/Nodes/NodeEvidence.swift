import Domain
import Time

/// What a node's patches are judged by, and the judgement at the time of its last inventory.
struct NodeEvidence {
    let packages: PackageSet
    let keptConfiguration: [String]
    let survey: PatchSurvey
    let baseline: Baseline
    /// The one that had the inventory taken.
    let cycle: String
    let at: Timestamp
    let report: PatchReport
    /// The last one first.
    let installs: [NodeInstall]
    let next: Explanation.NextInstall?

    /// - Parameter installs: those of the cycle, the last one first.
    init(
        _ inventory: HostInventory,
        by baseline: Baseline,
        of cycle: String,
        at moment: Timestamp,
        installs: [NodeInstall],
        next: Explanation.NextInstall?
    ) {
        packages = PackageSet(inventory)
        keptConfiguration = inventory.keptConfiguration
        survey = PatchSurvey(
            inventory,
            by: baseline,
            at: moment,
            operation: installs.first { $0.isOver }?.operation ?? .scan
        )
        self.baseline = baseline
        self.cycle = cycle
        at = moment
        report = PatchReport(survey, by: baseline, at: moment)
        self.installs = installs
        self.next = next
    }
}
