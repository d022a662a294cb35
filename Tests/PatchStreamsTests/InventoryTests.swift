import AgentProtocol
import Domain
import Foundation
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

    @Test("Notices of updateinfo arrive with severities on our scale and the later of their dates")
    func notices() throws {
        let day = Timestamp(microseconds: 1_790_000_000_000_000)
        let update = AvailableUpdate(
            name: "acme",
            architecture: "noarch",
            installedVersion: "1-9",
            version: "1-10",
            origins: [],
            priority: "",
            section: "",
            downloadBytes: 7,
            notices: [
                UpdateNotice(
                    id: "ALAS2023-2026-001",
                    type: "security",
                    severity: "medium",
                    cves: ["CVE-2026-1001"],
                    issued: day,
                    updated: day + .seconds(60),
                    version: "1-10"
                ),
                UpdateNotice(
                    id: "A-2",
                    type: "bugfix",
                    severity: "",
                    cves: [],
                    issued: nil,
                    updated: nil,
                    version: "1-9.5"
                ),
            ]
        )
        let inventory = HostInventory(Self.rpmInventory([update]))
        let notices = try #require(inventory.upgrades.first).notices
        #expect(notices.map(\.id) == ["ALAS2023-2026-001", "A-2"])
        #expect(notices.map(\.classification) == ["security", "bugfix"])
        #expect(notices.map(\.normalizedSeverity) == ["medium", "high"])
        #expect(notices.map(\.cves) == [["CVE-2026-1001"], []])
        #expect(notices.map(\.releasedAt) == [day + .seconds(60), nil])
        #expect(notices.map(\.fixedVersion) == ["1-10", "1-9.5"])
    }

    @Test(
        "A date that nobody can mean is unknown",
        arguments: [.min, 0, 631_151_999_999_999, 253_402_300_800_000_000, .max] as [Int64]
    )
    func impossibleDates(microseconds: Int64) {
        let impossible = Timestamp(microseconds: microseconds)
        let notice = { (issued: Timestamp?, updated: Timestamp?) in
            UpdateNotice(
                id: "A-1",
                type: "security",
                severity: "",
                cves: [],
                issued: issued,
                updated: updated,
                version: "2"
            )
        }
        var inventory = Self.rpmInventory([
            AvailableUpdate(
                name: "acme",
                architecture: "noarch",
                installedVersion: "1",
                version: "2",
                origins: [other],
                priority: "",
                section: "",
                downloadBytes: 7,
                notices: [notice(impossible, moment), notice(impossible, nil)]
            )
        ])
        inventory.indexes = [PackageIndex(origin: other, date: impossible, digest: "d")]
        let mapped = HostInventory(inventory)
        #expect(mapped.updates.flatMap(\.notices).map(\.releasedAt) == [moment, nil])
        #expect(mapped.updates.map(\.indexedAt) == [nil])
        #expect(mapped.indexes.map(\.date) == [impossible > moment ? nil : impossible], "old is stale")
    }

    @Test(
        "Updates lead upwards by the order of the host's packages",
        arguments: [("amzn", "1.0.1"), ("debian", "1.0^git")]
    )
    func upwards(platform: String, newer: String) {
        let pairs = [("1.0^git", "1.0.1"), ("1.0.1", "1.0^git")]
        let updates = pairs.map { old, new in
            AvailableUpdate(
                name: "acme",
                architecture: "noarch",
                installedVersion: old,
                version: new,
                origins: [],
                priority: "",
                section: "",
                downloadBytes: 7
            )
        }
        var inventory = Self.rpmInventory(updates)
        inventory.platform = platform
        #expect(HostInventory(inventory).upgrades.map(\.patch.version) == [newer])
    }

    @Test("An agent that knows no notices tells of none")
    func old() throws {
        let json = """
            {"name": "acme", "architecture": "all", "installedVersion": "1", "version": "2", "origins": [], "priority": "",
            "section": "", "downloadBytes": 1}
            """
        let update = try JSONDecoder().decode(AvailableUpdate.self, from: Data(json.utf8))
        #expect(update.notices == nil && update.obstacle == nil)
        #expect(HostInventory(Self.rpmInventory([update])).updates.map(\.notices) == [[]])
    }

    private static func rpmInventory(_ updates: [AvailableUpdate]) -> Inventory {
        Inventory(
            platform: "amzn",
            platformVersion: "2023",
            architecture: "x86_64",
            packages: [],
            updates: updates,
            newcomers: [],
            indexes: [],
            rebootReasons: []
        )
    }
}
