package import AgentProtocol
package import Domain

extension HostInventory {
    /// The domain's form of what a scan uploaded.
    package init(_ inventory: Inventory) {
        self.init(
            platform: inventory.platform,
            platformVersion: inventory.platformVersion,
            architecture: inventory.architecture,
            installed: inventory.packages.map { package in
                let patch = Patch(name: package.name, architecture: package.architecture, version: package.version)
                let source = package.source.map { PackageSet.Source(name: $0.name, version: $0.version) }
                return InstalledItem(patch: patch, isHeld: package.isHeld, source: source)
            },
            updates: inventory.updates.map(UpdateItem.init),
            newcomers: inventory.newcomers.map { newcomer in
                Patch(name: newcomer.name, architecture: newcomer.architecture, version: newcomer.version)
            },
            indexCount: inventory.indexes.count,
            rebootReasons: inventory.rebootReasons
        )
    }
}

extension UpdateItem {
    init(_ update: AvailableUpdate) {
        self.init(
            patch: Patch(name: update.name, architecture: update.architecture, version: update.version),
            installedVersion: update.installedVersion,
            origins: update.origins.map { origin in
                ArchiveOrigin(
                    origin: origin.origin,
                    label: origin.label,
                    codename: origin.codename,
                    archive: origin.archive
                )
            },
            priority: update.priority,
            section: update.section,
            notices: (update.notices ?? []).map(PatchNotice.init)
        )
    }
}

extension PatchNotice {
    /// The families of updateinfo date a notice by its last edit, as SSM does.
    fileprivate init(_ notice: UpdateNotice) {
        let severity = AdvisorySeverity(word: notice.severity, kind: AdvisoryKind(word: notice.type))
        self.init(
            id: notice.id,
            classification: notice.type,
            severity: notice.severity,
            normalizedSeverity: severity.ranked.rawValue,
            cves: notice.cves,
            releasedAt: [notice.issued, notice.updated].compactMap(\.self).max(),
            fixedVersion: notice.version
        )
    }
}
