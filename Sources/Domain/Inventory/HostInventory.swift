import PackageVersions
package import Time

/// What a scan found on a host, as far as baselines and compliance need it.
package struct HostInventory: Codable, Equatable, Sendable {
    package var platform: String
    package var platformVersion: String
    package var architecture: String
    package var installed: [InstalledItem]
    /// The best candidate of each installed package that has a newer one.
    package var updates: [UpdateItem]
    /// Packages that are not installed and that the updates would bring in.
    package var newcomers: [Patch]
    /// The advisories that newcomers close, as a new kernel does those of an old one.
    package var newcomerNotices: [Patch: [PatchNotice]] = [:]
    /// How many repository indexes this knowledge rests on; with none it rests on nothing.
    package var indexCount: Int
    /// Why the host wants a reboot; empty when it does not.
    package var rebootReasons: [String]

    package init(
        platform: String,
        platformVersion: String,
        architecture: String,
        installed: [InstalledItem],
        updates: [UpdateItem],
        newcomers: [Patch] = [],
        indexCount: Int,
        rebootReasons: [String]
    ) {
        self.platform = platform
        self.platformVersion = platformVersion
        self.architecture = architecture
        self.installed = installed
        self.updates = updates
        self.newcomers = newcomers
        self.indexCount = indexCount
        self.rebootReasons = rebootReasons
    }

    /// The updates that lead upwards: where a pin makes an older version the candidate, going there is no patch.
    package var upgrades: [UpdateItem] {
        switch system.family {
        case .apt: updates.filter { DebianVersion($0.installedVersion) < DebianVersion($0.patch.version) }
        case .rpm, .zypper: updates.filter { RPMVersion($0.installedVersion) < RPMVersion($0.patch.version) }
        case .windows, .macOS: updates
        }
    }
}

/// One installed package.
package struct InstalledItem: Codable, Equatable, Sendable {
    package var patch: Patch
    /// A person holds it back on the host.
    package var isHeld: Bool
    /// nil when it has the name and the version of the package, or is unknown.
    package var source: PackageSet.Source?

    package init(patch: Patch, isHeld: Bool, source: PackageSet.Source? = nil) {
        self.patch = patch
        self.isHeld = isHeld
        self.source = source
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

    package init(
        patch: Patch,
        installedVersion: String,
        origins: [ArchiveOrigin],
        priority: String,
        section: String,
        notices: [PatchNotice] = [],
        firstSeenAt: Timestamp? = nil
    ) {
        self.patch = patch
        self.installedVersion = installedVersion
        self.origins = origins
        self.priority = priority
        self.section = section
        self.notices = notices
        self.firstSeenAt = firstSeenAt
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
