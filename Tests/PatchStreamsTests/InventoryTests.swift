import AgentProtocol
import Domain
import PatchStreams
import Testing
import Time

@Suite("An inventory, in the domain's words")
struct InventoryTests {
    private let security = PackageOrigin(
        origin: "Debian",
        label: "Debian-Security",
        codename: "bookworm-security",
        archive: "stable-security"
    )

    private let other = PackageOrigin(origin: "Acme", label: "", codename: "", archive: "")
    private let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    @Test("Everything that baselines judge by arrives")
    func whole() {
        let inventory = Inventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            packages: [
                InstalledPackage(name: "acme", architecture: "all", version: "1", isHeld: false, isBroken: true),
                InstalledPackage(name: "held", architecture: "amd64", version: "1", isHeld: true, offering: 0),
                InstalledPackage(
                    name: "libacme1",
                    architecture: "amd64",
                    version: "1",
                    isHeld: false,
                    offering: 1,
                    source: SourcePackage(name: "acme", version: "2")
                ),
            ],
            offerings: [PackageOffering(origins: [security], priority: "important", section: "admin")],
            updates: [
                AvailableUpdate(
                    name: "acme",
                    architecture: "all",
                    installedVersion: "1",
                    version: "2",
                    origins: [security],
                    priority: "required",
                    section: "libs",
                    downloadBytes: 7,
                    obstacle: .blocked(by: "held")
                )
            ],
            newcomers: [Newcomer(name: "fresh", architecture: "amd64", version: "3", origins: [security])],
            needs: [PackageNeeds(name: "acme", needs: ["fresh"])],
            keptConfiguration: ["/etc/acme.conf.dpkg-dist"],
            indexes: [
                PackageIndex(origin: security, date: nil, digest: "d"),
                PackageIndex(origin: security, date: moment + .seconds(60), validUntil: moment, digest: "e"),
                PackageIndex(origin: security, date: moment, digest: "f"),
                PackageIndex(origin: other, date: moment - .seconds(60), digest: "g"),
            ],
            rebootReasons: ["kernel"]
        )
        let archive = ArchiveOrigin(
            origin: "Debian",
            label: "Debian-Security",
            codename: "bookworm-security",
            archive: "stable-security"
        )
        let acme = ArchiveOrigin(origin: "Acme", label: "", codename: "", archive: "")
        let expected = HostInventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            installed: [
                InstalledItem(
                    patch: Patch(name: "acme", architecture: "all", version: "1"),
                    isHeld: false,
                    isBroken: true
                ),
                InstalledItem(
                    patch: Patch(name: "held", architecture: "amd64", version: "1"),
                    isHeld: true,
                    offering: Offering(origins: [archive], priority: "important", section: "admin")
                ),
                InstalledItem(
                    patch: Patch(name: "libacme1", architecture: "amd64", version: "1"),
                    isHeld: false,
                    source: PackageSet.Source(name: "acme", version: "2")
                ),
            ],
            updates: [
                UpdateItem(
                    patch: Patch(name: "acme", architecture: "all", version: "2"),
                    installedVersion: "1",
                    origins: [archive],
                    priority: "required",
                    section: "libs",
                    indexedAt: moment,
                    obstacle: .blocked(by: "held")
                )
            ],
            newcomers: [Patch(name: "fresh", architecture: "amd64", version: "3")],
            needs: ["acme": ["fresh"]],
            keptConfiguration: ["/etc/acme.conf.dpkg-dist"],
            indexCount: 4,
            indexes: [
                ArchiveIndex(origin: archive, date: nil),
                ArchiveIndex(origin: archive, date: moment + .seconds(60), validUntil: moment),
                ArchiveIndex(origin: archive, date: moment),
                ArchiveIndex(origin: acme, date: moment - .seconds(60)),
            ],
            rebootReasons: ["kernel"]
        )
        #expect(HostInventory(inventory) == expected)
        #expect(HostInventory(inventory).updates.map(\.classification) == [.security])
    }

    @Test("Every obstacle has its own")
    func obstacles() {
        #expect([UpdateObstacle.pinned, .phased].map { PatchObstacle($0) } == [.pinned, .phased])
    }

    @Test("An inventory of an agent that knows no obstacles is read")
    func older() throws {
        let text = """
            {"platform":"debian","platformVersion":"12","architecture":"amd64","indexes":[],"newcomers":[],
            "rebootReasons":[],"packages":[{"name":"a","architecture":"all","version":"1","isHeld":false}],
            "updates":[{"name":"a","architecture":"all","installedVersion":"1","version":"2","origins":[],
            "priority":"","section":"","downloadBytes":7}]}
            """
        let inventory = HostInventory(try DomainJSON.decode(Inventory.self, from: text))
        #expect(inventory.installed.map(\.isBroken) == [false] && inventory.updates.map(\.obstacle) == [nil])
        #expect(inventory.needs == [:] && inventory.installed.map(\.offering) == [nil])
    }
}
