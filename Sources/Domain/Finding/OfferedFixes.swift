/// Which of the versions that a host is offered would close a finding.
struct OfferedFixes {
    private let release: SystemRelease
    private let updates: [PackageName: [UpdateItem]]
    /// By ``packageFamily(_:)``.
    private let newcomers: [String: [Patch]]
    /// Packages whose source has a version of its own, which cannot be compared with the package's.
    private let rebuilt: Set<PackageName>

    init(_ inventory: HostInventory) {
        release = SystemRelease(platform: inventory.platform, version: inventory.platformVersion)
        updates = Dictionary(grouping: inventory.upgrades) { PackageName($0.patch) }
        newcomers = Dictionary(grouping: inventory.newcomers) { packageFamily($0.name) }
        rebuilt = Set(
            inventory.installed.filter { $0.source.map(\.version) ?? $0.patch.version != $0.patch.version }
                .map { PackageName($0.patch) }
        )
    }

    func updates(closing finding: Finding) -> [UpdateItem] {
        (updates[PackageName(finding.package)] ?? []).filter { closes($0.patch, finding) }
    }

    /// A new kernel is another package beside the old one; nil when there is none.
    func newcomer(closing finding: Finding) -> Patch? {
        newcomers[packageFamily(finding.package.name)]?.first { closes($0, finding) }
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
            let notice = PatchNotice(finding)
            for update in fixes.updates(closing: finding) { ofUpdates[update.patch, default: []].append(notice) }
            guard let newcomer = fixes.newcomer(closing: finding) else { continue }
            noted.newcomerNotices[newcomer, default: []].append(notice)
        }
        let brought = noted.noticesOfNeeds
        for (index, update) in updates.enumerated() {
            let known = (ofUpdates[update.patch] ?? []) + (brought[update.patch.name] ?? [])
            var told = Set(update.notices.map(\.id))
            noted.updates[index].notices =
                update.notices.map { $0.weighed(by: threats) } + known.filter { told.insert($0.id).inserted }
        }
        return noted
    }
}

extension HostInventory {
    /// By the name of an update, what the newcomers close that it brings: a kernel's update is a package without files beside the new kernel.
    fileprivate var noticesOfNeeds: [String: [PatchNotice]] {
        let byName = Dictionary(newcomerNotices.map { ($0.key.name, $0.value) }) { $0 + $1 }
        guard !byName.isEmpty else { return [:] }
        return needs.mapValues { names in
            names.flatMap { byName[$0] ?? [] }.map { notice in
                var own = notice
                own.fixedVersion = nil
                return own
            }
        }
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
