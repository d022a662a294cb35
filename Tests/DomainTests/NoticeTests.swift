import Domain
import Testing
import Time

@Suite("The advisories that offered versions close")
struct NoticeTests {
    private static let day = 86_400

    private static func patch(_ name: String, _ version: String) -> Patch {
        Patch(name: name, architecture: "amd64", version: version)
    }

    private static func update(_ name: String, _ installed: String, to version: String) -> UpdateItem {
        UpdateItem(
            patch: patch(name, version),
            installedVersion: installed,
            origins: [],
            priority: "optional",
            section: "net"
        )
    }

    private static func inventory(_ updates: [UpdateItem], newcomers: [Patch] = []) -> HostInventory {
        HostInventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            installed: updates.map {
                InstalledItem(patch: patch($0.patch.name, $0.installedVersion), isHeld: false)
            },
            updates: updates,
            newcomers: newcomers,
            indexCount: 1,
            rebootReasons: []
        )
    }

    private static func finding(
        _ id: String,
        _ name: String,
        _ installed: String,
        fixedIn version: String,
        cve: String = "CVE-2026-1001",
        releasedDay: Int? = 1,
        isExploited: Bool = false,
        severity: AdvisorySeverity = .medium
    ) -> Finding {
        let facts = AdvisoryFacts(
            id: id,
            source: .debian,
            digest: "",
            severity: severity,
            classification: "security",
            cves: [cve].compactMap { CVE($0) },
            releasedAt: releasedDay.map { seconds($0 * day) },
            isKnownExploited: isExploited,
            exploitProbability: 0.2
        )
        return Finding(advisory: facts, package: patch(name, installed), fixedVersion: version)
    }

    @Test("An update carries what it closes, a new kernel too, and nothing that needs a later version")
    func closes() {
        let kernel = Self.patch("linux-image-6.1.0-40-amd64", "6.1.40-1")
        let inventory = Self.inventory([Self.update("openssh", "1", to: "3")], newcomers: [kernel])
        let noted = inventory.noting(
            [
                Self.finding("DSA-1", "openssh", "1", fixedIn: "2"),
                Self.finding("DSA-2", "openssh", "1", fixedIn: "3"),
                Self.finding("DSA-3", "openssh", "1", fixedIn: "4"),
                Self.finding("DSA-4", "linux-image-6.1.0-39-amd64", "6.1.39-1", fixedIn: "6.1.40-1"),
                Self.finding("DSA-5", "zlib", "1", fixedIn: "2"),
            ],
            Threats()
        )
        #expect(noted.updates[0].notices.map(\.id) == ["DSA-1", "DSA-2"])
        #expect(noted.candidate(kernel).notices.map(\.id) == ["DSA-4"])
    }

    @Test("The package that brings a new kernel carries what the kernel closes, and is kept out with it")
    func kernel() {
        let kernel = Self.patch("linux-image-6.1.0-40-amd64", "6.1.40-1")
        var inventory = Self.inventory([Self.update("linux-image-amd64", "6.1.39", to: "6.1.40")], newcomers: [kernel])
        inventory.needs = ["linux-image-amd64": [kernel.name]]
        let old = "linux-image-6.1.0-39-amd64"
        let finding = Self.finding("DSA-4", old, "6.1.39-1", fixedIn: "6.1.40-1", isExploited: true)
        let noted = inventory.noting([finding], Threats())
        #expect(noted.updates[0].notices.map(\.id) == ["DSA-4"])
        func selected(rejected: [String]) -> [String] {
            let rule = Baseline.ApprovalRule(
                filters: [PatchFilter(.knownExploited, ["true"])],
                level: .high,
                includesNonSecurity: true
            )
            let baseline = Baseline(name: "b", patchGroups: ["*"], rules: [rule], rejected: rejected)
            let set = baseline.select(noted, at: seconds(100 * Self.day))
            return (set.patches + set.newcomers).map(\.name)
        }
        #expect(selected(rejected: []) == ["linux-image-amd64", kernel.name])
        #expect(selected(rejected: ["CVE-2026-1001"]) == [])
    }

    @Test("A host that repeats itself without end fills no memory")
    func bounds() {
        let kernel = Self.patch("linux-image-6.1.0-40-amd64", "6.1.40-1")
        let bringing = Self.update("linux-image-amd64", "6.1.39", to: "6.1.40")
        var inventory = Self.inventory(Array(repeating: bringing, count: 2_000), newcomers: [kernel])
        inventory.needs = ["linux-image-amd64": Array(repeating: kernel.name, count: 100_000)]
        let old = "linux-image-6.1.0-39-amd64"
        let findings = (0..<300).map { Self.finding("DSA-\($0)", old, "6.1.39-1", fixedIn: "6.1.40-1") }
        let noted = inventory.noting(findings, Threats())
        #expect(noted.updates[0].notices.count == 300)
        #expect(noted.updates.map(\.notices.count).reduce(0, +) == 50_000)
    }

    @Test("What the host tells stands once, weighed by what is known of exploitation")
    func told() throws {
        var update = Self.update("openssh", "1", to: "2")
        update.notices = [
            PatchNotice(id: "DSA-1", classification: "security", cves: ["CVE-2026-0001"], releasedAt: nil),
            PatchNotice(id: "DSA-2", classification: "security", cves: ["CVE-2026-0002"], releasedAt: nil),
        ]
        let inventory = Self.inventory([update])
        let cve = try #require(CVE("CVE-2026-0001"))
        #expect(inventory.toldCVEs.map(\.description).sorted() == ["CVE-2026-0001", "CVE-2026-0002"])
        let threats = Threats(
            knownExploited: [KnownExploited(cve: cve, addedAt: nil, dueAt: nil, isUsedByRansomware: false)],
            probabilities: [
                ExploitProbability(cve: cve, probability: 0.7, percentile: 0.9, model: "m", scoredAt: nil)
            ].compactMap(\.self)
        )
        let noted = inventory.noting([Self.finding("DSA-1", "openssh", "1", fixedIn: "2")], threats)
        let notices = noted.updates[0].notices
        #expect(notices.map(\.id) == ["DSA-1", "DSA-2"])
        #expect(notices.map(\.isKnownExploited) == [true, false])
        #expect(notices.map(\.exploitProbability) == [0.7, nil])
    }

    @Test("No delay ends before the offered version was out for as long")
    func dates() {
        func dates(_ findings: [Finding], firstSeenDay: Int? = nil) -> [Int64?] {
            var noted = Self.inventory([Self.update("openssh", "1", to: "3")]).noting(findings, Threats())
            noted.updates[0].firstSeenAt = firstSeenDay.map { seconds($0 * Self.day) }
            return noted.candidate(noted.updates[0]).notices.map { $0.releasedAt?.day }
        }
        let (old, new) = (
            Self.finding("DSA-1", "openssh", "1", fixedIn: "2", releasedDay: 10),
            Self.finding("DSA-2", "openssh", "1", fixedIn: "3", releasedDay: 20)
        )
        #expect(dates([old, new], firstSeenDay: 30) == [20, 20], "the one that names the version is the last")
        #expect(dates([old], firstSeenDay: 30) == [30], "no advisory names the version")
        #expect(dates([old], firstSeenDay: 5) == [10])
        #expect(dates([old]) == [10])
        let undated = Self.finding("DSA-3", "openssh", "1", fixedIn: "3", releasedDay: nil)
        #expect(dates([old, undated]) == [10, nil], "an unknown date stays unknown")
    }

    @Test("On apt exploitation, its probability, severity and the advisory's names select and reject updates")
    func judgement() {
        let findings = [
            Self.finding("DSA-1", "openssh", "1", fixedIn: "2", cve: "CVE-2026-0001", isExploited: true),
            Self.finding("DSA-2", "zlib", "1", fixedIn: "2", cve: "CVE-2026-0002", severity: .unknown),
        ]
        let names = ["openssh", "zlib", "vim"]
        let inventory = Self.inventory(names.map { Self.update($0, "1", to: "2") }).noting(findings, Threats())
        func selected(_ filters: [PatchFilter], rejected: [String] = []) -> [String] {
            let rule = Baseline.ApprovalRule(filters: filters, level: .high, includesNonSecurity: true)
            let baseline = Baseline(name: "b", patchGroups: ["*"], rules: [rule], rejected: rejected)
            return baseline.select(inventory, at: seconds(100 * Self.day)).patches.map(\.name)
        }
        #expect(selected([PatchFilter(.knownExploited, ["true"])]) == ["openssh"])
        #expect(selected([PatchFilter(.normalizedSeverity, ["High"])]) == ["zlib"], "what nobody rated may be anything")
        #expect(selected([PatchFilter(.normalizedSeverity, ["Medium"])]) == ["openssh"])
        #expect(selected([PatchFilter(.exploitProbability, ["0.2"])]) == ["openssh", "zlib"])
        #expect(selected([PatchFilter(.exploitProbability, ["0.3"])]) == [])
        #expect(selected([], rejected: ["CVE-2026-0001"]) == ["vim", "zlib"])
        #expect(selected([], rejected: ["DSA-2"]) == ["openssh", "vim"])
    }

    @Test("A rejection calls what a host is offered by name, advisory and CVE")
    func offers() {
        let kernel = Self.patch("linux-image-6.1.0-40-amd64", "6.1.40-1")
        let findings = [
            Self.finding("DSA-1", "openssh", "1", fixedIn: "2", cve: "CVE-2026-0001"),
            Self.finding("DSA-4", "linux-image-6.1.0-39-amd64", "6.1.39-1", fixedIn: "6.1.40-1", cve: "CVE-2026-0004"),
        ]
        let inventory = Self.inventory([Self.update("openssh", "1", to: "2")], newcomers: [kernel])
            .noting(findings, Threats())
        func offers(_ entry: String) -> [String] {
            PatchRejection(entry: entry, reason: "r", owner: "o").offers(on: inventory).map(\.name)
        }
        #expect(offers("DSA-1") == ["openssh"])
        #expect(offers("CVE-2026-0004") == [kernel.name])
        #expect(offers("CVE-2026-000*") == ["openssh", kernel.name])
        #expect(offers("open*") == ["openssh"])
        #expect(offers("CVE-2026-0009") == [])
    }
}
