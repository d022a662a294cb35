import AgentProtocol
import Time

/// What dnf says is on offer, as the planner writes it.
struct DnfOffer: Decodable {
    var updates: [Update]
    var newcomers: [Package]
    var needs: [PackageNeeds]
    var damage: Dnf.Damage
    var repositories: [Repository]
    /// Whose packages are offered; empty when the system has no releases.
    var release: String
    /// Of the installed packages that it is about: see ``PreparedOffer/offer(of:)``.
    var database: String

    struct Update: Decodable {
        var name: String
        var architecture: String
        var installedArchitecture: String
        var installedVersion: String
        var version: String
        var repositories: [String]
        var downloadBytes: Int64
        /// The host's excludes or version locks hide it.
        var isHeld: Bool
        /// nil when nothing is known to.
        var blockedBy: String?
        var notices: [Notice]

        func update(_ origins: [PackageOrigin]) -> AvailableUpdate {
            AvailableUpdate(
                name: name,
                architecture: architecture,
                installedVersion: installedVersion,
                version: version,
                origins: origins,
                priority: "",
                section: "",
                downloadBytes: downloadBytes,
                obstacle: blockedBy.map(UpdateObstacle.blocked),
                notices: notices.map(\.notice)
            )
        }
    }

    struct Notice: Decodable {
        var id: String
        var type: String
        var severity: String
        var cves: [String]
        /// As the repository writes it.
        var issued: String
        var updated: String
        var version: String

        var notice: UpdateNotice {
            UpdateNotice(
                id: id,
                type: type,
                severity: severity,
                cves: cves,
                issued: Timestamp(lenient: issued),
                updated: Timestamp(lenient: updated),
                version: version
            )
        }
    }

    struct Package: Decodable {
        var name: String
        var architecture: String
        var version: String
        var repositories: [String]
    }

    struct Repository: Decodable {
        var id: String
        var name: String
        /// The newest of its metadata, in seconds since 1970; zero when it says nothing.
        var timestamp: Int64
        /// Of its repomd.xml.
        var digest: String
    }

    func origins(_ ids: [String]) -> [PackageOrigin] {
        repositories.filter { ids.contains($0.id) }.map(origin)
    }

    func origin(_ repository: Repository) -> PackageOrigin {
        PackageOrigin(origin: repository.name, label: repository.id, codename: release, archive: "")
    }
}
