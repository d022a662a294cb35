package import Time

/// What the repositories of one host offer against its findings, and what a baseline says of it.
///
/// It remembers what it judged: hosts have many findings on one package.
package struct FixOffer {
    private let inventory: HostInventory
    private let fixes: OfferedFixes
    private let baseline: Baseline?
    private let now: Timestamp
    private let held: Set<PackageName>
    private var judgements: [Patch: Judgement] = [:]

    /// - Parameter baseline: that of the host; nil when there is none, which approves nothing.
    package init(_ inventory: HostInventory, judgedBy baseline: Baseline?, at now: Timestamp) {
        self.inventory = inventory
        self.baseline = baseline
        self.now = now
        fixes = OfferedFixes(inventory)
        held = Set(inventory.installed.filter(\.isHeld).map { PackageName($0.patch) })
    }

    /// Something on the host that keeps the fix out; nil when nothing does.
    package func obstacle(to finding: Finding) -> PatchObstacle? {
        held.contains(PackageName(finding.package)) ? .held : nil
    }

    /// What the baseline says of the version that would close the finding; nil when the host is offered none.
    package mutating func judgement(closing finding: Finding) -> Judgement? {
        switch fixes.fix(closing: finding) {
        case .update(let update): judgement(of: inventory.candidate(update))
        case .newcomer(let newcomer): judgement(ofNewcomer: newcomer)
        case nil: nil
        }
    }

    // MARK: - Steps

    private mutating func judgement(of candidate: PatchCandidate) -> Judgement {
        if let known = judgements[candidate.patch] { return known }
        let judgement = baseline?.judge(candidate, at: now) ?? .notApproved(.noRule)
        judgements[candidate.patch] = judgement
        return judgement
    }

    /// New packages come along with whatever is approved, unless they are rejected: see ``Baseline/select(_:at:)``.
    private mutating func judgement(ofNewcomer newcomer: Patch) -> Judgement {
        let own = judgement(of: inventory.candidate(newcomer))
        if case .rejected = own { return own }
        if own.level != nil { return own }
        let others = inventory.upgrades.map { judgement(of: inventory.candidate($0)) }
        let best = others.first { $0.level != nil } ?? own
        judgements[newcomer] = best
        return best
    }
}
