import AgentProtocol

/// Which package manager a host has.
package enum HostPackages {
    private enum Family { case apt, dnf }

    /// The package manager of the system in the root folder.
    ///
    /// - Parameters:
    ///   - folder: the agent's own, for archives, options and output.
    ///   - release: whose packages dnf offers; nil for the host's own.
    package static func manager(root: String, folder: String, release: String?) async throws -> any PackageManager {
        if HostSystem.isWindows { return try WindowsUpdate(folder: folder) }
        return switch try family(root) {
        case .apt: try await Apt(root: root, folder: folder)
        case .dnf: try await Dnf(root: root, folder: folder, release: release)
        }
    }

    /// How the host is booted, and what it offers; the latter is nil where the root folder is not this machine's.
    ///
    /// - Parameter folder: as of ``manager(root:folder:release:)``.
    static func machine(
        _ configuration: AgentConfiguration,
        folder: String
    ) throws -> (boot: any BootControl, conditions: (any ConditionSource)?) {
        if HostSystem.isWindows {
            let updates = try WindowsUpdate(folder: folder)
            let host = WindowsHost(updates: updates, rebootCommand: configuration.rebootCommand)
            return (host, host)
        }
        let boot = Boot(identityFile: configuration.bootIdentityFile, command: configuration.rebootCommand)
        let conditions: (any ConditionSource)? = configuration.root == "/" ? ConditionReader() : nil
        return (boot, conditions)
    }

    /// The architecture as the host's packages name it.
    static func architecture(root: String) async throws -> String {
        switch try family(root) {
        case .apt: try await Apt.nativeArchitecture()
        case .dnf: try Machine.architecture()
        }
    }

    /// By what the system is derived from; one that says nothing of it has what its machine has.
    private static func family(_ root: String) throws -> Family {
        let release = try OSRelease(root: root)
        let systems = [release.id] + release.relatives
        if systems.contains(where: ["debian", "ubuntu"].contains) { return .apt }
        if systems.contains(where: ["amzn", "centos", "fedora", "rhel"].contains) { return .dnf }
        if Boot.exists("/usr/bin/apt-get") { return .apt }
        if DnfProgram.isInstalled() { return .dnf }
        throw StepFailure(.unknown, "\(release.id) has neither apt nor dnf: the agent patches hosts with one of them")
    }
}
