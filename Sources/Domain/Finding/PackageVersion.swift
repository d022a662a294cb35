import PackageVersions

/// A package's version in its vendor's order; only those of one system can be compared.
enum PackageVersion: Comparable, Sendable {
    case debian(DebianVersion)
    case rpm(RPMVersion)

    init(_ text: String, of release: SystemRelease) {
        switch release.platform {
        case "debian", "ubuntu": self = .debian(DebianVersion(text))
        default: self = .rpm(RPMVersion(text))
        }
    }
}
