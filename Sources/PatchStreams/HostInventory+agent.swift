package import AgentProtocol
package import Domain
import Time

extension HostInventory {
    /// The domain's form of what a scan uploaded.
    package init(_ inventory: Inventory) {
        let indexes = inventory.indexes.map { index in
            ArchiveIndex(
                origin: ArchiveOrigin(index.origin),
                // One that is too early stays: an old index proves nothing, and one without a date does.
                date: index.date.flatMap { $0 <= Advisory.latestDate ? $0 : nil },
                validUntil: index.validUntil
            )
        }
        let dates = Dictionary(
            indexes.compactMap { index in Advisory.known(index.date).map { (index.origin, $0) } },
            uniquingKeysWith: min
        )
        let offerings = (inventory.offerings ?? []).map(Offering.init)
        self.init(
            platform: inventory.platform,
            platformVersion: inventory.platformVersion,
            architecture: inventory.architecture,
            installed: inventory.packages.map { package in
                let patch = Patch(name: package.name, architecture: package.architecture, version: package.version)
                let source = package.source.map { PackageSet.Source(name: $0.name, version: $0.version) }
                return InstalledItem(
                    patch: patch,
                    isHeld: package.isHeld,
                    isBroken: package.isBroken ?? false,
                    offering: package.offering.flatMap { offerings.indices.contains($0) ? offerings[$0] : nil },
                    source: source
                )
            },
            updates: inventory.updates.map { UpdateItem($0, indexedAt: dates) },
            newcomers: inventory.newcomers.map { newcomer in
                Patch(name: newcomer.name, architecture: newcomer.architecture, version: newcomer.version)
            },
            needs: Dictionary((inventory.needs ?? []).map { ($0.name, $0.needs) }) { $0 + $1 },
            keptConfiguration: inventory.keptConfiguration ?? [],
            indexCount: indexes.count,
            indexes: indexes,
            rebootReasons: inventory.rebootReasons
        )
    }
}

extension Offering {
    init(_ offering: PackageOffering) {
        self.init(
            origins: offering.origins.map(ArchiveOrigin.init),
            priority: offering.priority,
            section: offering.section
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
            releasedAt: [notice.issued, notice.updated].compactMap(Advisory.known).max(),
            fixedVersion: notice.version
        )
    }
}

extension ArchiveOrigin {
    init(_ origin: PackageOrigin) {
        self.init(origin: origin.origin, label: origin.label, codename: origin.codename, archive: origin.archive)
    }
}

extension UpdateItem {
    fileprivate init(_ update: AvailableUpdate, indexedAt dates: [ArchiveOrigin: Timestamp]) {
        let origins = update.origins.map(ArchiveOrigin.init)
        self.init(
            patch: Patch(name: update.name, architecture: update.architecture, version: update.version),
            installedVersion: update.installedVersion,
            origins: origins,
            priority: update.priority,
            section: update.section,
            notices: (update.notices ?? []).map(PatchNotice.init),
            indexedAt: origins.compactMap { dates[$0] }.min(),
            obstacle: update.obstacle.map(PatchObstacle.init)
        )
    }
}

extension PatchObstacle {
    package init(_ obstacle: UpdateObstacle) {
        switch obstacle {
        case .pinned: self = .pinned
        case .phased: self = .phased
        case .blocked(let blocker): self = .blocked(by: blocker)
        }
    }
}
