/// The installed packages of a host, as far as advisories are judged by them.
package struct PackageSet: Equatable, Sendable {
    /// The package of a Windows host that stands for the system itself; its version is the build.
    package static let windowsSystem = "Windows"

    package struct Package: Equatable, Sendable {
        /// With the installed version.
        package var patch: Patch
        /// nil when it has the name and the version of the package.
        package var source: Source?

        package init(patch: Patch, source: Source? = nil) {
            self.patch = patch
            self.source = source
        }
    }

    /// A source package.
    package struct Source: Codable, Equatable, Sendable {
        package var name: String
        package var version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    package var release: SystemRelease
    package var packages: [Package]

    package init(release: SystemRelease, packages: [Package]) {
        self.release = release
        self.packages = packages
    }

    package init(_ inventory: HostInventory) {
        self.init(
            release: SystemRelease(platform: inventory.platform, version: inventory.platformVersion),
            packages: inventory.installed.map { Package(patch: $0.patch, source: $0.source) }
        )
    }
}

extension PackageSet {
    /// The source of a package under the name that advisories have for it.
    ///
    /// Debian signs kernels in sources of their own, which only repack what was built from `linux`.
    func source(of package: Package) -> Source {
        guard let source = package.source else {
            return Source(name: package.patch.name, version: package.patch.version)
        }
        guard release.platform == "debian", source.name.hasPrefix("linux-signed-") else { return source }
        return Source(name: "linux", version: package.patch.version)
    }
}
