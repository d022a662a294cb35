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
    /// Updates that the package manager offers for installed packages: the best candidate of each.
    package var updates: [AvailableUpdate]
    /// Packages that are not installed and that the updates would bring in.
    package var newcomers: [Newcomer]
    /// The indexes that this knowledge rests on.
    package var indexes: [PackageIndex]
    /// Why the host wants a reboot; empty when it does not.
    package var rebootReasons: [String]

    package init(
        platform: String,
        platformVersion: String,
        architecture: String,
        packages: [InstalledPackage],
        updates: [AvailableUpdate],
        newcomers: [Newcomer],
        indexes: [PackageIndex],
        rebootReasons: [String]
    ) {
        self.platform = platform
        self.platformVersion = platformVersion
        self.architecture = architecture
        self.packages = packages
        self.updates = updates
        self.newcomers = newcomers
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
    /// What it was built from; nil when that has its name and version, or is unknown.
    package var source: SourcePackage?

    package init(
        name: String,
        architecture: String,
        version: String,
        isHeld: Bool,
        source: SourcePackage? = nil
    ) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.isHeld = isHeld
        self.source = source
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
        self.notices = notices
    }
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
    /// SHA-256 of the Release file, hexadecimal.
    package var digest: String

    package init(origin: PackageOrigin, date: Timestamp?, digest: String) {
        self.origin = origin
        self.date = date
        self.digest = digest
    }
}
