/// One installable update by its exact version.
package struct Patch: Codable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The binary package's name such as `openssl`.
    package var name: String
    package var architecture: String
    /// The package manager's full version string such as `3.0.17-1~deb12u2`.
    package var version: String

    package init(name: String, architecture: String, version: String) {
        self.name = name
        self.architecture = architecture
        self.version = version
    }

    package var description: String { "\(name).\(architecture)=\(version)" }

    /// The parts of `[epoch:]version[-release]`, as rpm and Debian write versions; nil for what is not there.
    package var versionParts: (epoch: String?, version: String, release: String?) {
        let parts = version.split(separator: ":", maxSplits: 1)
        let rest = parts.last.map(String.init) ?? ""
        let epoch = parts.count > 1 ? String(parts[0]) : nil
        guard let hyphen = rest.lastIndex(of: "-") else { return (epoch, rest, nil) }
        return (epoch, String(rest[..<hyphen]), String(rest[rest.index(after: hyphen)...]))
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.name, left.architecture, left.version) < (right.name, right.architecture, right.version)
    }
}
