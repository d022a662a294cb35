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

    package static func < (left: Self, right: Self) -> Bool {
        (left.name, left.architecture, left.version) < (right.name, right.architecture, right.version)
    }
}
