/// One installable update by its exact version.
package struct PatchReference: Codable, Hashable, Sendable {
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
}
