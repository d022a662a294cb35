package import AgentProtocol
import Foundation

/// What a scan finds on a host with one pending security update.
package enum SampleInventory {
    package static let update = PatchReference(name: "openssl", architecture: "amd64", version: "3.0.17")
    package static let installedVersion = "3.0.16"

    /// - Parameters:
    ///   - variant: hosts of different variants differ in a package.
    ///   - packages: how many there are beside the one to be updated.
    package static func bytes(variant: Int = 0, packages: Int = 1) throws -> [UInt8] {
        let origin = PackageOrigin(
            origin: "Debian",
            label: "Debian-Security",
            codename: "bookworm-security",
            archive: "stable-security"
        )
        var installed = (0..<packages).map { number in
            InstalledPackage(
                name: "package-\(number)",
                architecture: "amd64",
                version: "1.\(number).\(number == 0 ? variant : 0)",
                isHeld: false
            )
        }
        installed.append(
            InstalledPackage(
                name: update.name,
                architecture: update.architecture,
                version: installedVersion,
                isHeld: false
            )
        )
        let inventory = Inventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            packages: installed,
            updates: [
                AvailableUpdate(
                    name: update.name,
                    architecture: update.architecture,
                    installedVersion: installedVersion,
                    version: update.version,
                    origins: [origin],
                    priority: "optional",
                    section: "utils",
                    downloadBytes: 1_400_000
                )
            ],
            newcomers: [],
            indexes: [PackageIndex(origin: origin, date: nil, digest: "0")],
            rebootReasons: []
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Array(try encoder.encode(inventory))
    }
}
