import LocalFleet
import ReadModels

extension HostCheck {
    /// What the host should have at the end: the approved security updates, and of everything else what it had.
    ///
    /// - Parameter installed: the packages that it started with.
    static func expectations(for installed: Set<String>) -> [Expectation] {
        (Catalogue.installed + [Catalogue.kernel]).filter { installed.contains($0.name) }.map { package in
            let update = Catalogue.securityUpdates.first { $0.name == package.name && $0.name != Catalogue.rejected }
            return Expectation(
                package: package.name,
                version: update?.version ?? package.version,
                isUpdated: update != nil
            )
        }
    }

    /// Looks at the host itself.
    ///
    /// - Parameters:
    ///   - node: what the control plane says of it.
    ///   - bootIdentity: the one it had before the cycle.
    static func of(_ host: HostRoot, node: NodeView?, bootIdentity: String) async throws -> Self {
        let installed = try await host.installedVersions()
        let expectations = expectations(for: Set(installed.keys))
        var installations: [String: Int] = [:]
        for expected in expectations {
            installations[expected.package] = try host.installations(of: expected.package, version: expected.version)
        }
        return Self(
            expectations: expectations,
            wantsReboot: installed[Catalogue.rebooting] != nil,
            compliance: node?.compliance,
            installed: installed,
            installations: installations,
            hasRebooted: try HostFile.text(host.bootIdentityFile) != bootIdentity,
            audit: try await host.audit()
        )
    }
}
