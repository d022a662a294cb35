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
            .mapValues { Array($0.prefix(Self.mostVersions)) }
        newcomers = Dictionary(grouping: inventory.newcomers) { packageFamily($0.name) }
        rebuilt = Set(
            inventory.installed.filter { $0.source.map(\.version) ?? $0.patch.version != $0.patch.version }
                .map { PackageName($0.patch) }
        )
    }

    /// Versions of one package that are looked at: hosts offer one or two.
    private static let mostVersions = 8

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

    /// Notices of one host: many times what a real one has, so that none can fill the memory.
    private static let mostNotices = 50_000

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
        var room = Self.mostNotices
        for (index, update) in updates.enumerated() {
            let known = (ofUpdates[update.patch] ?? []) + (brought[update.patch.name] ?? [])
            var told = Set(update.notices.map(\.id))
            let notices = update.notices.map { $0.weighed(by: threats) } + known.filter { told.insert($0.id).inserted }
            noted.updates[index].notices = Array(notices.prefix(room))
            room -= noted.updates[index].notices.count
        }
        return noted
    }
}

extension HostInventory {
    /// By the name of an update, what the newcomers close that it brings: a kernel's update is a package without files beside the new kernel.
    fileprivate var noticesOfNeeds: [String: [PatchNotice]] {
        let sorted = newcomerNotices.sorted { $0.key < $1.key }
        let byName = Dictionary(sorted.map { ($0.key.name, $0.value) }) { $0 + $1 }
        guard !byName.isEmpty else { return [:] }
        var (notices, room) = ([String: [PatchNotice]](), Self.mostNotices)
        for name in Set(updates.map(\.patch.name)).sorted() where room > 0 {
            let brought = Set(needs[name] ?? []).sorted().lazy.flatMap { byName[$0] ?? [] }.prefix(room)
            notices[name] = brought.map { notice in
                var own = notice
                own.fixedVersion = nil
                return own
            }
            room -= notices[name]?.count ?? 0
        }
        return notices
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
