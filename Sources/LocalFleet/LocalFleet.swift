/// The fleet of the first cycle: nine hosts, three sites in three time zones by three rings, and one repository.
package struct LocalFleet: Sendable {
    /// One host with its place in the fleet.
    package struct Host: Sendable {
        package var root: HostRoot
        package var site: Site
        /// `early`, `main` or `late`.
        package var ring: String

        package var name: String { root.name }
        package var patchGroup: String { "Debian12-\(ring)" }
    }

    /// A place with its time zone.
    package struct Site: Hashable, Sendable {
        package var name: String
        /// An IANA name such as `Europe/London`.
        package var zone: String
    }

    package static let sites = [
        Site(name: "us-east-1", zone: "America/New_York"),
        Site(name: "Frankfurt", zone: "Europe/Berlin"),
        Site(name: "ap-southeast-2", zone: "Australia/Sydney"),
    ]
    package static let rings = ["early", "main", "late"]

    package let repository: LocalRepository
    /// In the order of ``sites``, then ``rings``.
    package let hosts: [Host]

    /// Builds the repository and the hosts in the folder, which must be new or empty, and publishes the updates.
    ///
    /// - Parameter folder: an absolute path.
    package static func build(in folder: String) async throws -> LocalFleet {
        let repository = try await LocalRepository(in: folder + "/repository")
        try await repository.publish(Catalogue.installed + [Catalogue.kernel], in: .base)
        try await repository.publish(Catalogue.otherUpdates, in: .base)
        try await repository.publish(Catalogue.securityUpdates, in: .security)
        var hosts: [Host] = []
        for site in sites {
            for ring in rings {
                let name = "\(site.name)-\(ring)"
                let packages = Catalogue.installed + (site == sites[0] ? [Catalogue.kernel] : [])
                let root = try await HostRoot.create(
                    in: "\(folder)/hosts/\(name)",
                    name: name,
                    repository: repository,
                    packages: packages
                )
                hosts.append(Host(root: root, site: site, ring: ring))
            }
        }
        return LocalFleet(repository: repository, hosts: hosts)
    }
}
