import Commands
import Domain
import ReadModels
import Testing
import Time

struct AdvisoryPageTests {
    private static let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    private static func imported(malformed: Int = 0) -> AdvisoriesImported {
        let fact = FeedImport(
            number: 7,
            sha256: "abc",
            byteCount: 1_234,
            format: "kev",
            entryCount: 10,
            newCount: 3,
            changedCount: 2,
            malformedCount: malformed
        )
        let entries = (0..<min(malformed, 100)).map { index in
            MalformedEntryView(place: "record \(index + 1): byte 0", reason: "r")
        }
        let view = AdvisoryImportView(
            feed: "kev",
            fact: fact,
            malformed: entries,
            importedBy: "ana",
            importedAt: moment
        )
        return AdvisoriesImported(lastImport: view, isUnchanged: false)
    }

    @Test("An import says what it changed, and which entries were skipped")
    func imported() {
        let expected = """
            feed     kev
            import   7
            format   kev
            bytes    1234
            sha256   abc
            entries  10: 3 new, 2 changed
            """
        #expect(ImportPage(Self.imported()).lines(OutputStyle()).joined(separator: "\n") == expected)
        let lines = ImportPage(Self.imported(malformed: 120)).lines(OutputStyle())
        #expect(lines.contains("malformed  120, skipped"))
        #expect(lines.contains("skipped    record 20: byte 0: r"))
        #expect(!lines.contains("skipped    record 21: byte 0: r"))
        #expect(lines.last == "skipped    and 100 more")
        var unchanged = Self.imported()
        unchanged.isUnchanged = true
        #expect(
            ImportPage(unchanged).lines(OutputStyle())
                == ["feed kev: nothing new since import 7 of 2025-11-24T16:00:00Z, nothing changed"]
        )
    }

    @Test(
        "A feed is called by the last part of its source, without what says how it is packed",
        arguments: [
            ("updateinfo.xml.gz", "updateinfo"), ("/a/b/usn", "usn"), ("/a/b/usn/", "usn"), (".json", "json"),
            ("https://a.example/feeds/epss-2026.11.24.csv.gz?x=1#y", "epss-2026.11.24"), ("DSA", "DSA"), ("/", "feed"),
            ("https://security-tracker.debian.org/tracker/data/json", "json"),
        ]
    )
    func feedName(source: String, name: String) {
        #expect(FeedSource(source, feed: nil).feed == name)
        #expect(FeedSource(source, feed: "given").feed == "given")
    }

    @Test("Records of a folder are called by their files")
    func records() {
        let file = FeedSource.File(path: "p", records: ["a.json", "b/c.json"])
        func named(_ place: String) -> String { file.named(MalformedEntryView(place: place, reason: "r")).place }
        #expect(named("record 2: byte 0") == "b/c.json: byte 0")
        #expect(named("record 1") == "a.json")
        for place in ["record 0", "record 3: x", "record", "line 2"] { #expect(named(place) == place) }
        let other = FeedSource.File(path: "p")
        #expect(other.named(MalformedEntryView(place: "record 1", reason: "r")).place == "record 1")
    }

    @Test("An impact names nodes, packages and versions, and tells how many were judged")
    func impact() {
        let item = ImpactView(
            node: "mi-1",
            name: "web-1",
            site: "Frankfurt",
            patchGroup: "g",
            package: "openssl",
            architecture: "amd64",
            installedVersion: "3.0.11-1",
            fixedVersion: "3.0.15-1",
            advisory: "DSA-1",
            source: "debian",
            digest: "abc",
            severity: "high",
            dueAt: Self.moment + .seconds(86_400),
            state: "due-soon",
            closesInWindowOf: Self.moment,
            forecast: "closes in the window of 2025-11-24T16:00:00Z",
            scannedAt: Self.moment
        )
        let expected = """
            NODE  NAME   PACKAGE  INSTALLED  FIXED     ADVISORY  SEVERITY  SCANNED               DUE                   FORECAST
            mi-1  web-1  openssl  3.0.11-1   3.0.15-1  DSA-1     high      2025-11-24T16:00:00Z  2025-11-25T16:00:00Z  closes in the window of 2025-11-24T16:00:00Z

            1 of 2 nodes lacks a fix.
            3 cannot be judged: no inventory, or no advisory for the release.
            """
        let page = ImpactPage(items: [item], judged: 2, unjudged: 3, next: nil)
        #expect(ImpactTable(page).lines(OutputStyle()).joined(separator: "\n") == expected)
        let none = ImpactPage(items: [], judged: 1, unjudged: 0, next: nil)
        #expect(ImpactTable(none).lines(OutputStyle()) == ["0 of 1 node lack a fix."])
    }

    @Test("A list of advisories fits the terminal, and one shows all that is known")
    func advisories() throws {
        let summary = AdvisorySummary(
            source: "ubuntu",
            id: "USN-1-1",
            title: "openssl",
            kind: "security",
            severity: "critical",
            releasedAt: nil,
            isWithdrawn: true,
            fixCount: 1,
            cves: ["CVE-2026-1001"],
            isKnownExploited: false,
            exploitProbability: 0.4372
        )
        #expect(
            AdvisoryTable([summary]).lines(OutputStyle(width: 60)).map { $0.count <= 60 } == [true, true]
        )
        #expect(AdvisoryTable([summary]).lines(OutputStyle())[1].contains("43.7%     1  (withdrawn) openssl"))
        let cve = try #require(CVE("CVE-2026-1001"))
        let advisory = Advisory(
            id: "USN-1-1",
            source: .ubuntu,
            title: "openssl",
            classification: "security",
            severityWord: "Important",
            cves: [cve],
            issued: Self.moment
        )
        let view = AdvisoryView(
            advisory: advisory,
            digest: "abc",
            severity: "high",
            versions: [AdvisoryVersionView(digest: "abc", importedAt: Self.moment, isCurrent: true)],
            knownExploited: [KnownExploited(cve: cve, addedAt: nil, dueAt: nil, isUsedByRansomware: true)],
            exploitProbabilities: []
        )
        let expected = """
            advisory  USN-1-1
            source    ubuntu
            title     openssl
            kind      security
            severity  high (Important)
            released  2025-11-24T16:00:00Z
            cve       CVE-2026-1001, known to be exploited, by ransomware too
            version   abc, first imported 2025-11-24T16:00:00Z, current

            It names no fix that a host could install.
            """
        #expect(AdvisoryPage(view).lines(OutputStyle()).joined(separator: "\n") == expected)
    }
}
