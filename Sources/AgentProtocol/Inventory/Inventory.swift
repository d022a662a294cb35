package import Time

/// Everything a scan finds on a host, uploaded to `PUT /agent/v1/inventories/DIGEST`.
///
/// Content-addressed: DIGEST is the lower-case hexadecimal SHA-256 of the JSON text as sent. Lists are sorted by name, then
/// architecture, and hold nothing that differs between equal hosts, so that equal hosts have one inventory.
package struct Inventory: Codable, Equatable, Sendable {
    /// Largest body that is taken, in bytes: 8 MiB.
    package static let maximumBytes = 8 << 20

    package var platform: String
    package var platformVersion: String
    package var architecture: String
    package var packages: [InstalledPackage]
    /// How archives offer what is installed, each way once; nil when the agent does not tell.
    package var offerings: [PackageOffering]?
    /// Updates for installed packages, sorted by name and architecture: the best candidate of each, and behind it a newer one
    /// that an obstacle keeps out.
    package var updates: [AvailableUpdate]
    /// Packages that are not installed and that the updates would bring in.
    package var newcomers: [Newcomer]
    /// What updates and newcomers need of each other, sorted by name; nil when the agent does not tell.
    package var needs: [PackageNeeds]?
    /// The files beside configuration files of the host that were kept when a package brought others, such as
    /// `/etc/acme.conf.dpkg-dist`, sorted; nil when the agent does not tell.
    package var keptConfiguration: [String]?
    /// The indexes that this knowledge rests on.
    package var indexes: [PackageIndex]
    /// Why the host wants a reboot; empty when it does not.
    package var rebootReasons: [String]

    package init(
        platform: String,
        platformVersion: String,
        architecture: String,
        packages: [InstalledPackage],
        offerings: [PackageOffering]? = nil,
        updates: [AvailableUpdate],
        newcomers: [Newcomer],
        needs: [PackageNeeds]? = nil,
        keptConfiguration: [String]? = nil,
        indexes: [PackageIndex],
        rebootReasons: [String]
    ) {
        self.platform = platform
        self.platformVersion = platformVersion
        self.architecture = architecture
        self.packages = packages
        self.offerings = offerings
        self.updates = updates
        self.newcomers = newcomers
        self.needs = needs
        self.keptConfiguration = keptConfiguration
        self.indexes = indexes
        self.rebootReasons = rebootReasons
    }
}

/// One installed package.
package struct InstalledPackage: Codable, Equatable, Sendable {
    package var name: String
    package var architecture: String
    package var version: String
    /// A person holds it back on the host.
    package var isHeld: Bool
    /// True while it is half installed, only unpacked or half configured, or must be installed anew; nil while it is sound.
    package var isBroken: Bool?
    /// How archives offer the installed version, as an index into ``Inventory/offerings``; nil when none does.
    package var offering: Int?
    /// What it was built from; nil when that has its name and version, or is unknown.
    package var source: SourcePackage?

    package init(
        name: String,
        architecture: String,
        version: String,
        isHeld: Bool,
        isBroken: Bool? = nil,
        offering: Int? = nil,
        source: SourcePackage? = nil
    ) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.isHeld = isHeld
        self.isBroken = isBroken
        self.offering = offering
        self.source = source
    }
}

/// The archives that offer a version, and how they class it: hundreds of packages of a host have the same.
package struct PackageOffering: Codable, Hashable, Sendable {
    package var origins: [PackageOrigin]
    /// apt's `Priority` word, lower case; empty when unknown.
    package var priority: String
    /// apt's `Section`, lower case; empty when unknown.
    package var section: String

    package init(origins: [PackageOrigin], priority: String, section: String) {
        self.origins = origins
        self.priority = priority
        self.section = section
    }
}

/// What packages are built from: advisories may name it alone.
package struct SourcePackage: Codable, Equatable, Sendable {
    package var name: String
    package var version: String

    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }
}

/// One offered update with the facts a baseline judges it by.
package struct AvailableUpdate: Codable, Equatable, Sendable {
    package var name: String
    package var architecture: String
    package var installedVersion: String
    package var version: String
    /// Every archive that offers this version.
    package var origins: [PackageOrigin]
    /// apt's `Priority` word, lower case; empty when unknown.
    package var priority: String
    /// apt's `Section`, lower case; empty when unknown.
    package var section: String
    package var downloadBytes: Int64
    /// What keeps it out; nil when nothing is known to.
    package var obstacle: UpdateObstacle?
    /// The notices that the update answers, newest fix first; nil where archives carry none, as apt's.
    package var notices: [UpdateNotice]?

    package init(
        name: String,
        architecture: String,
        installedVersion: String,
        version: String,
        origins: [PackageOrigin],
        priority: String,
        section: String,
        downloadBytes: Int64,
        obstacle: UpdateObstacle? = nil,
        notices: [UpdateNotice]? = nil
    ) {
        self.name = name
        self.architecture = architecture
        self.installedVersion = installedVersion
        self.version = version
        self.origins = origins
        self.priority = priority
        self.section = section
        self.downloadBytes = downloadBytes
        self.obstacle = obstacle
        self.notices = notices
    }
}

/// Why the package manager does not bring an update as things are.
package enum UpdateObstacle: Codable, Equatable, Sendable {
    /// A pin on the host that names the package makes another version the candidate.
    case pinned
    /// Its archive gives it to a part of all hosts at a time. Whether this host is in that part is left out: equal hosts differ in it.
    case phased
    /// It cannot come without the removal or the change of this package, or for want of it.
    case blocked(by: String)
}

/// One package that an update needs and the host does not have.
package struct Newcomer: Codable, Equatable, Sendable {
    package var name: String
    package var architecture: String
    package var version: String
    /// Every archive that offers this version.
    package var origins: [PackageOrigin]

    package init(name: String, architecture: String, version: String, origins: [PackageOrigin]) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.origins = origins
    }
}

/// The updates and newcomers without which a package's version on offer cannot come.
package struct PackageNeeds: Codable, Equatable, Sendable {
    /// Of an update without an obstacle, or of a newcomer.
    package var name: String
    /// The names of the like, sorted.
    package var needs: [String]

    package init(name: String, needs: [String]) {
        self.name = name
        self.needs = needs
    }
}

/// An archive by the fields of its Release file.
package struct PackageOrigin: Codable, Hashable, Sendable {
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
}

/// One repository index and its age.
package struct PackageIndex: Codable, Equatable, Sendable {
    package var origin: PackageOrigin
    /// The Release file's `Date`; nil when it has none.
    package var date: Timestamp?
    /// The Release file's `Valid-Until`; nil when it has none.
    package var validUntil: Timestamp?
    /// SHA-256 of the Release file, hexadecimal.
    package var digest: String

    package init(origin: PackageOrigin, date: Timestamp?, validUntil: Timestamp? = nil, digest: String) {
        self.origin = origin
        self.date = date
        self.validUntil = validUntil
        self.digest = digest
    }
}
