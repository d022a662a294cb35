/// Which of the versions that a host is offered would close a finding.
struct OfferedFixes {
    enum Fix {
        case update(UpdateItem)
        /// A new kernel is another package beside the old one.
        case newcomer(Patch)
    }

    private let release: SystemRelease
    private let updates: [PackageName: UpdateItem]
    /// By ``packageFamily(_:)``.
    private let newcomers: [String: [Patch]]
    /// Packages whose source has a version of its own, which cannot be compared with the package's.
    private let rebuilt: Set<PackageName>

    init(_ inventory: HostInventory) {
        release = SystemRelease(platform: inventory.platform, version: inventory.platformVersion)
        updates = Dictionary(inventory.upgrades.map { (PackageName($0.patch), $0) }) { first, _ in first }
        newcomers = Dictionary(grouping: inventory.newcomers) { packageFamily($0.name) }
        rebuilt = Set(
            inventory.installed.filter { $0.source.map(\.version) ?? $0.patch.version != $0.patch.version }
                .map { PackageName($0.patch) }
        )
    }

    /// nil when the host is offered none.
    func fix(closing finding: Finding) -> Fix? {
        if let update = updates[PackageName(finding.package)], closes(update.patch, finding) { return .update(update) }
        let family = newcomers[packageFamily(finding.package.name)] ?? []
        return family.first { closes($0, finding) }.map(Fix.newcomer)
    }

    private func closes(_ offered: Patch, _ finding: Finding) -> Bool {
        guard offered.architecture == finding.package.architecture else { return false }
        guard let fixed = finding.fixedVersion, release.platform != "windows",
            !rebuilt.contains(PackageName(finding.package))
        else { return true }
        return PackageVersion(offered.version, of: release) >= PackageVersion(fixed, of: release)
    }
}

extension HostInventory {
    /// The vulnerabilities of the advisories that the host itself tells.
    package var toldCVEs: Set<CVE> { Set(updates.flatMap(\.notices).flatMap(\.cves).compactMap { CVE($0) }) }

    /// With the advisories that what is offered closes, beside those that the host itself tells.
    ///
    /// - Parameters:
    ///   - findings: all that the host has.
    ///   - threats: what is known of the exploitation of ``toldCVEs``.
    package func noting(_ findings: [Finding], _ threats: Threats) -> Self {
        let fixes = OfferedFixes(self)
        var (ofUpdates, noted) = ([Patch: [PatchNotice]](), self)
        for finding in findings {
            switch fixes.fix(closing: finding) {
            case .update(let update): ofUpdates[update.patch, default: []].append(PatchNotice(finding))
            case .newcomer(let newcomer): noted.newcomerNotices[newcomer, default: []].append(PatchNotice(finding))
            case nil: break
            }
        }
        for (index, update) in updates.enumerated() {
            let told = Set(update.notices.map(\.id))
            noted.updates[index].notices =
                update.notices.map { $0.weighed(by: threats) }
                + (ofUpdates[update.patch] ?? []).filter { !told.contains($0.id) }
        }
        return noted
    }
}

extension PatchNotice {
    fileprivate func weighed(by threats: Threats) -> Self {
        let cves = cves.compactMap { CVE($0) }
        var notice = self
        notice.isKnownExploited = isKnownExploited || threats.areExploited(cves)
        notice.exploitProbability = [exploitProbability, threats.probability(of: cves)].compactMap(\.self).max()
        return notice
    }
}
