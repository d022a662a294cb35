import PackageVersions
package import Time

/// What a scan found on a host, as far as baselines and compliance need it.
package struct HostInventory: Codable, Equatable, Sendable {
    package var platform: String
    package var platformVersion: String
    package var architecture: String
    package var installed: [InstalledItem]
    /// The best candidate of each installed package that has a newer one, and a still newer one that an obstacle keeps out.
    package var updates: [UpdateItem]
    /// Packages that are not installed and that the updates would bring in.
    package var newcomers: [Patch]
    /// The advisories that newcomers close, as a new kernel does those of an old one.
    package var newcomerNotices: [Patch: [PatchNotice]] = [:]
    /// By the name of an update without an obstacle or of a newcomer, the names of the like without which it cannot come.
    package var needs: [String: [String]]
    /// The files beside configuration files of the host that were kept when a package brought others.
    package var keptConfiguration: [String]
    /// How many repository indexes this knowledge rests on; with none it rests on nothing.
    package var indexCount: Int
    /// Those of them that tell their archive, with their dates.
    package var indexes: [ArchiveIndex]
    /// Why the host wants a reboot; empty when it does not.
    package var rebootReasons: [String]

    package init(
        platform: String,
        platformVersion: String,
        architecture: String,
        installed: [InstalledItem],
        updates: [UpdateItem],
        newcomers: [Patch] = [],
        needs: [String: [String]] = [:],
        keptConfiguration: [String] = [],
        indexCount: Int,
        indexes: [ArchiveIndex] = [],
        rebootReasons: [String]
    ) {
        self.platform = platform
        self.platformVersion = platformVersion
        self.architecture = architecture
        self.installed = installed
        self.updates = updates
        self.newcomers = newcomers
        self.needs = needs
        self.keptConfiguration = keptConfiguration
        self.indexCount = indexCount
        self.indexes = indexes
        self.rebootReasons = rebootReasons
    }

    /// The updates that lead upwards, or that a broken package needs to work at the version it has.
    ///
    /// Where a pin makes an older version the candidate, going there is no patch.
    package var upgrades: [UpdateItem] {
        let broken = Set(installed.lazy.filter(\.isBroken).map { PackageName($0.patch) })
        return updates.filter { update in
            let isBroken = broken.contains(PackageName(update.patch))
            return switch system.family {
            case .apt: update.leads(from: DebianVersion.init, isBroken)
            case .rpm, .zypper: update.leads(from: RPMVersion.init, isBroken)
            case .windows, .macOS: true
            }
        }
    }

    /// What keeps updates out on the host itself, whatever its baseline says; a person's hold comes first.
    package var obstacles: [Patch: PatchObstacle] {
        let held = Set(installed.lazy.filter(\.isHeld).map { PackageName($0.patch) })
        let broken = Set(installed.lazy.filter(\.isBroken).map { PackageName($0.patch) })
        var obstacles: [Patch: PatchObstacle] = [:]
        for update in updates {
            let package = PackageName(update.patch)
            let own = update.obstacle ?? (broken.contains(package) ? .broken : nil)
            obstacles[update.patch] = held.contains(package) ? .held : own
        }
        return obstacles
    }
}

/// One installed package.
package struct InstalledItem: Codable, Equatable, Sendable {
    package var patch: Patch
    /// A person holds it back on the host.
    package var isHeld: Bool
    /// It is there in part only, or not configured.
    package var isBroken: Bool
    /// How archives offer this version; nil when none does, or it is unknown.
    package var offering: Offering?
    /// nil when it has the name and the version of the package, or is unknown.
    package var source: PackageSet.Source?

    package init(
        patch: Patch,
        isHeld: Bool,
        isBroken: Bool = false,
        offering: Offering? = nil,
        source: PackageSet.Source? = nil
    ) {
        self.patch = patch
        self.isHeld = isHeld
        self.isBroken = isBroken
        self.offering = offering
        self.source = source
    }
}

/// The archives that offer a version, and how they class it.
package struct Offering: Codable, Equatable, Sendable {
    package var origins: [ArchiveOrigin]
    /// apt's priority word, lower case; empty when unknown.
    package var priority: String
    /// apt's section, lower case; empty when unknown.
    package var section: String

    package init(origins: [ArchiveOrigin], priority: String, section: String) {
        self.origins = origins
        self.priority = priority
        self.section = section
    }
}

/// One offered update with the facts a baseline judges it by.
package struct UpdateItem: Codable, Equatable, Sendable {
    package var patch: Patch
    package var installedVersion: String
    /// Every archive that offers this version.
    package var origins: [ArchiveOrigin]
    /// apt's priority word, lower case; empty when unknown.
    package var priority: String
    /// apt's section, lower case; empty when unknown.
    package var section: String
    /// The advisories that it closes: those whose fixes are above the installed version and in this one.
    package var notices: [PatchNotice]
    /// When a host of the fleet was first offered this version; nil when nobody has noted it.
    package var firstSeenAt: Timestamp?
    /// The date of the index that offers it, the earliest of several; nil when none is dated.
    package var indexedAt: Timestamp?
    /// What keeps it out by its archive or the host's package manager.
    package var obstacle: PatchObstacle?

    package init(
        patch: Patch,
        installedVersion: String,
        origins: [ArchiveOrigin],
        priority: String,
        section: String,
        notices: [PatchNotice] = [],
        firstSeenAt: Timestamp? = nil,
        indexedAt: Timestamp? = nil,
        obstacle: PatchObstacle? = nil
    ) {
        self.patch = patch
        self.installedVersion = installedVersion
        self.origins = origins
        self.priority = priority
        self.section = section
        self.notices = notices
        self.firstSeenAt = firstSeenAt
        self.indexedAt = indexedAt
        self.obstacle = obstacle
    }

    /// Whether it leads upwards, or a broken package needs it to work at the version it has.
    fileprivate func leads<Version: Comparable>(from version: (String) -> Version, _ isBroken: Bool) -> Bool {
        let (old, new) = (version(installedVersion), version(patch.version))
        return old < new || (old == new && isBroken)
    }

    /// Security when any archive that offers it is a security archive.
    package var classification: Classification {
        origins.contains(where: \.isSecurity) ? .security : .nonSecurity
    }
}

/// An archive by the fields of its Release file.
package struct ArchiveOrigin: Codable, Hashable, Sendable {
    package var origin: String
    package var label: String
    package var codename: String
    package var archive: String

    package init(origin: String, label: String, codename: String, archive: String) {
        self.origin = origin
        self.label = label
        self.codename = codename
        self.archive = archive
    }

    /// Debian's security archive by origin, label and codename (never by the moving archive name); Ubuntu's by its archive.
    package var isSecurity: Bool {
        switch origin {
        case "Debian": label == "Debian-Security" && codename.hasSuffix("-security")
        case "Ubuntu", "UbuntuESM", "UbuntuESMApps": archive.hasSuffix("-security")
        default: false
        }
    }
}

/// The kind of an update.
package enum Classification: String, Codable, Sendable, CaseIterable {
    case security = "Security"
    case nonSecurity = "NonSecurity"
}
