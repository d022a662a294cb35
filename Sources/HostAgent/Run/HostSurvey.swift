package import AgentProtocol
import PackageVersions

/// What a host run needs to know of its host at one moment.
package struct HostSurvey: Codable, Equatable, Sendable {
    /// The installed packages that the order names, by name and architecture.
    package var packages: [PackageState]
    /// Nothing is half unpacked or half configured.
    package var isConsistent: Bool
    /// Why the host wants a reboot; empty when it does not.
    package var rebootReasons: [String]
    /// The packages that asked for the reboot, where it is known.
    package var rebootPackages: [String]
    /// The newest installed kernel of the flavour that runs, when an older one runs.
    package var pendingKernel: String?
    package var boot: BootFacts

    package init(
        packages: [PackageState],
        isConsistent: Bool,
        rebootReasons: [String],
        rebootPackages: [String],
        pendingKernel: String? = nil,
        boot: BootFacts
    ) {
        self.packages = packages
        self.isConsistent = isConsistent
        self.rebootReasons = rebootReasons
        self.rebootPackages = rebootPackages
        self.pendingKernel = pendingKernel
        self.boot = boot
    }

    /// The installed package that a patch is for, nil when the host does not have it.
    package func package(for patch: PatchReference) -> PackageState? {
        if let exact = packages.first(where: { $0.name == patch.name && $0.architecture == patch.architecture }) {
            return exact
        }
        // A package may change between no architecture and one from version to version.
        return packages.first { state in
            state.name == patch.name && (isNeutral(state.architecture) || isNeutral(patch.architecture))
        }
    }

    private func isNeutral(_ architecture: String) -> Bool { architecture == "all" || architecture == "noarch" }
}

/// Whose packages and versions they are.
package enum PackageFormat: String, Codable, Sendable { case deb, rpm, windows }

/// One package as the package database has it.
package struct PackageState: Codable, Equatable, Sendable {
    package var name: String
    package var architecture: String
    package var version: String
    /// False while it is half unpacked, half configured or worse.
    package var isConfigured: Bool
    /// A person holds it back on the host.
    package var isHeld: Bool
    /// nil in journals from before there was more than deb.
    package var format: PackageFormat?

    package init(
        name: String,
        architecture: String,
        version: String,
        isConfigured: Bool,
        isHeld: Bool,
        format: PackageFormat = .deb
    ) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.isConfigured = isConfigured
        self.isHeld = isHeld
        self.format = format
    }

    /// nil for an update of Windows that is offered and not there.
    package var installedVersion: String? { version.isEmpty ? nil : version }

    /// The package works at this version or a newer one.
    package func has(_ version: String) -> Bool {
        guard isConfigured else { return false }
        return switch format ?? .deb {
        case .deb: DebianVersion(self.version) >= DebianVersion(version)
        case .rpm: RPMVersion(self.version) >= RPMVersion(version)
        // Revisions have no order; an article may bring several updates.
        case .windows: self.version.split(separator: " ").contains(Substring(version))
        }
    }
}
