package import Time

/// What the repositories of one host offer against its findings, and what a baseline says of it.
///
/// It remembers what it judged: hosts have many findings on one package.
package struct FixOffer {
    private let inventory: HostInventory
    private let fixes: OfferedFixes
    private let baseline: Baseline?
    private let now: Timestamp
    /// Without those that an install overcomes.
    private let obstacles: [Patch: PatchObstacle]
    private let held: Set<PackageName>
    private var judgements: [Patch: Judgement] = [:]

    /// - Parameter baseline: that of the host; nil when there is none, which approves nothing.
    package init(_ inventory: HostInventory, judgedBy baseline: Baseline?, at now: Timestamp) {
        self.inventory = inventory
        self.baseline = baseline
        self.now = now
        fixes = OfferedFixes(inventory)
        obstacles = (baseline?.obstacles(in: inventory, at: now) ?? inventory.obstacles)
            .filter { !$0.value.isRepairable }
        held = Set(inventory.installed.filter(\.isHeld).map { PackageName($0.patch) })
    }

    /// Something on the host that keeps the fix out; nil when nothing does, or nothing that the install would not repair.
    package func obstacle(to finding: Finding) -> PatchObstacle? {
        if let update = update(closing: finding) { return obstacles[update.patch] }
        if let newcomer = fixes.newcomer(closing: finding) { return obstacles[newcomer] }
        return held.contains(PackageName(finding.package)) ? .held : nil
    }

    /// What the baseline says of the version that would close the finding; nil when the host is offered none.
    package mutating func judgement(closing finding: Finding) -> Judgement? {
        if let update = update(closing: finding) {
            return judgement(of: inventory.candidate(update))
        }
        return fixes.newcomer(closing: finding).map { judgement(ofNewcomer: $0) }
    }

    // MARK: - Steps

    /// One that nothing keeps out, where there is such a one.
    private func update(closing finding: Finding) -> UpdateItem? {
        let closing = fixes.updates(closing: finding)
        return closing.first { obstacles[$0.patch] == nil } ?? closing.first
    }

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
