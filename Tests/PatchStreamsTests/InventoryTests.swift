import AgentProtocol
import Domain
import PatchStreams
import Testing

@Suite("An inventory, in the domain's words")
struct InventoryTests {
    private let security = PackageOrigin(
        origin: "Debian",
        label: "Debian-Security",
        codename: "bookworm-security",
        archive: "stable-security"
    )

    @Test("Everything that baselines judge by arrives")
    func whole() {
        let inventory = Inventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            packages: [
                InstalledPackage(name: "acme", architecture: "all", version: "1", isHeld: false),
                InstalledPackage(name: "held", architecture: "amd64", version: "1", isHeld: true),
            ],
            updates: [
                AvailableUpdate(
                    name: "acme",
                    architecture: "all",
                    installedVersion: "1",
                    version: "2",
                    origins: [security],
                    priority: "required",
                    section: "libs",
                    downloadBytes: 7
                )
            ],
            newcomers: [Newcomer(name: "fresh", architecture: "amd64", version: "3", origins: [security])],
            indexes: [
                PackageIndex(origin: security, date: nil, digest: "d"),
                PackageIndex(origin: security, date: nil, digest: "e"),
            ],
            rebootReasons: ["kernel"]
        )
        let expected = HostInventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            installed: [
                InstalledItem(patch: Patch(name: "acme", architecture: "all", version: "1"), isHeld: false),
                InstalledItem(patch: Patch(name: "held", architecture: "amd64", version: "1"), isHeld: true),
            ],
            updates: [
                UpdateItem(
                    patch: Patch(name: "acme", architecture: "all", version: "2"),
                    installedVersion: "1",
                    origins: [
                        ArchiveOrigin(
                            origin: "Debian",
                            label: "Debian-Security",
                            codename: "bookworm-security",
                            archive: "stable-security"
                        )
                    ],
                    priority: "required",
                    section: "libs"
                )
            ],
            newcomers: [Patch(name: "fresh", architecture: "amd64", version: "3")],
            indexCount: 2,
            rebootReasons: ["kernel"]
        )
        #expect(HostInventory(inventory) == expected)
        #expect(HostInventory(inventory).updates.map(\.classification) == [.security])
    }

    @Test("An inventory without sources is read as before, and what has none of its own is written as before")
    func sources() throws {
        let text = #"{"architecture":"all","isHeld":false,"name":"acme","version":"1"}"#
        let package = InstalledPackage(name: "acme", architecture: "all", version: "1", isHeld: false)
        #expect(try DomainJSON.decode(InstalledPackage.self, from: text) == package)
        let own = InstalledPackage(
            name: "acme",
            architecture: "all",
            version: "1",
            isHeld: false,
            source: "acme",
            sourceVersion: "1"
        )
        #expect(try DomainJSON.encode(own) == text)
    }

    @Test("The source of a package arrives where it has another name or version")
    func otherSources() {
        func source(_ name: String?, _ version: String?) -> PackageSet.Source? {
            let package = InstalledPackage(
                name: "libacme",
                architecture: "amd64",
                version: "1+b2",
                isHeld: false,
                source: name,
                sourceVersion: version
            )
            let inventory = Inventory(
                platform: "debian",
                platformVersion: "12",
                architecture: "amd64",
                packages: [package],
                updates: [],
                newcomers: [],
                indexes: [],
                rebootReasons: []
            )
            return PackageSet(HostInventory(inventory)).packages.first?.source
        }
        #expect(source(nil, nil) == nil)
        #expect(source("libacme", "1+b2") == nil)
        #expect(source("acme", nil) == PackageSet.Source(name: "acme", version: "1+b2"))
        #expect(source("acme", "1") == PackageSet.Source(name: "acme", version: "1"))
        #expect(source("libacme", "1") == PackageSet.Source(name: "libacme", version: "1"))
    }
}
