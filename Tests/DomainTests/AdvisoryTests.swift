import Domain
import Foundation
import Testing
import Time

@Suite("Advisories")
struct AdvisoryTests {
    private static let day = Timestamp(microseconds: 1_795_392_000_000_000)  // 2026-11-23

    private static func advisory(
        _ source: AdvisorySource = .amazonLinux,
        classification: String = "security",
        severity: String = "",
        cves: [String] = [],
        issued: Timestamp? = day,
        updated: Timestamp? = nil,
        fixes: [FixedPackage] = []
    ) -> Advisory {
        Advisory(
            id: "A-1",
            source: source,
            title: "A title",
            classification: classification,
            severityWord: severity,
            cves: cves.compactMap { CVE($0) },
            issued: issued,
            updated: updated,
            fixes: fixes
        )
    }

    @Test("A date before there were advisories is unknown, whoever says it")
    func unknownDates() {
        for early in [Timestamp(microseconds: 0), Timestamp(microseconds: -1), Advisory.earliestDate - .seconds(1)] {
            let advisory = Self.advisory(issued: early, updated: early)
            #expect(advisory.issued == nil)
            #expect(advisory.releasedAt == nil)
        }
        #expect(Self.advisory(issued: Advisory.earliestDate).releasedAt == Advisory.earliestDate)
    }

    @Test("Edits of updateinfo start the wait anew; other feeds rewrite their records for no reason")
    func releasedAt() {
        let later = Self.day + .seconds(86_400)
        for source in AdvisorySource.allCases {
            let counts = [.amazonLinux, .redHat, .fedora].contains(source)
            #expect(Self.advisory(source, updated: later).releasedAt == (counts ? later : Self.day), "\(source)")
            #expect(Self.advisory(source, issued: nil, updated: later).releasedAt == later, "\(source)")
            #expect(Self.advisory(source, issued: later, updated: Self.day).releasedAt == later, "\(source)")
        }
    }

    @Test(
        "Severity words of all vendors stand on one scale",
        arguments: [
            ("Critical", AdvisorySeverity.critical), ("URGENT", .critical), ("important", .high), ("High", .high),
            ("high**", .high), ("Moderate", .medium), ("medium", .medium), ("low", .low), (" Low ", .low),
            ("negligible", .negligible), ("unimportant", .negligible), ("None", .unknown), ("", .unknown),
            ("Unspecified", .unknown), ("not yet assigned", .unknown), ("end-of-life", .unknown),
        ]
    )
    func severity(word: String, severity: AdvisorySeverity) {
        #expect(Self.advisory(severity: word).severity == severity)
    }

    @Test("No severity is none for what is no matter of security, and unknown for all else")
    func none() {
        #expect(Self.advisory(classification: "bugfix", severity: "None").severity == .negligible)
        #expect(Self.advisory(classification: "Enhancement", severity: "none").severity == .negligible)
        #expect(Self.advisory(classification: "whatever", severity: "None").severity == .unknown)
    }

    @Test("Unknown ranks as high; the others in their order")
    func ranks() {
        let order: [AdvisorySeverity] = [.negligible, .low, .medium, .high, .critical]
        #expect(order.map(\.rank) == order.map(\.rank).sorted())
        #expect(Set(order.map(\.rank)).count == order.count)
        #expect(AdvisorySeverity.unknown.rank == AdvisorySeverity.high.rank)
    }

    @Test("The vendor's own word beats those for its CVEs; a notice without CVEs is unknown")
    func ratings() {
        let notice = Self.advisory(severity: "low", cves: ["CVE-2026-1001"])
        #expect(notice.severity { _ in .critical } == .low)
        #expect(Self.advisory(cves: ["CVE-2026-1001"]).severity { _ in .low } == .low)
        #expect(Self.advisory().severity { _ in .low } == .unknown)
    }

    @Test(
        "Words for the kind of an advisory",
        arguments: [
            ("security", AdvisoryKind.security), ("Security Update", .security), ("bugfix", .bugfix),
            ("enhancement", .enhancement), ("newpackage", .newPackage), ("recommended", .recommended), ("", .other),
        ]
    )
    func kinds(word: String, kind: AdvisoryKind) {
        #expect(Self.advisory(classification: word).kind == kind)
    }

    @Test("The most that any fix asks for is what the advisory asks for")
    func reboot() {
        func need(_ needs: RebootNeed...) -> RebootNeed {
            Self.advisory(fixes: needs.map { FixedPackage(product: "p", name: "n", version: "1", reboot: $0) }).reboot
        }
        #expect(need() == .unstated)
        #expect(need(.notNeeded, .unstated) == .notNeeded)
        #expect(need(.notNeeded, .possible) == .possible)
        #expect(need(.required, .possible) == .required)
    }

    @Test("The canonical bytes are these, for ever")
    func golden() {
        let fixes = [
            FixedPackage(product: "z", name: "KB5036451", version: nil, reboot: .possible),
            FixedPackage(product: "a", name: "b", architecture: "x86_64", version: "1:2-3", isSource: true),
        ]
        var advisory = Self.advisory(severity: "Low", cves: ["CVE-2026-10001", "CVE-2026-9999"], fixes: fixes + fixes)
        advisory.title = "A \"b\" \\ é\u{1}"
        let text = #"""
            {"classification":"security","cves":["CVE-2026-9999","CVE-2026-10001"],"fixes":[\#
            {"architecture":"x86_64","isSource":true,"name":"b","product":"a","reboot":"unstated","version":"1:2-3"},\#
            {"isSource":false,"name":"KB5036451","product":"z","reboot":"possible"}],"id":"A-1","isWithdrawn":false,\#
            "issued":1795392000000000,"severityWord":"Low","source":"amazon-linux",\#
            "title":"A \"b\" \\ é\u0001"}
            """#
        #expect(String(decoding: advisory.canonicalBytes, as: UTF8.self) == text)
    }

    @Test("What is read back from the canonical bytes is the same", arguments: [UInt64(1), 2, 3])
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let advisory = Self.random(&random)
            let stored = try JSONDecoder().decode(Advisory.self, from: Data(advisory.canonicalBytes))
            #expect(stored == advisory, "seed \(seed)")
            #expect(stored.canonicalBytes == advisory.canonicalBytes, "seed \(seed)")
            #expect(try coded(advisory) == advisory, "seed \(seed)")
        }
    }

    private static func random(_ random: inout SplitMix64) -> Advisory {
        func word(_ random: inout SplitMix64) -> String {
            String(
                (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
                    "aé\"\\\n \u{7f}😀".randomElement(using: &random)
                }
            )
        }
        func date(_ random: inout SplitMix64) -> Timestamp? {
            random.chance(70) ? Timestamp(microseconds: .random(in: 0...2_000_000_000_000_000, using: &random)) : nil
        }
        let fixes = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            FixedPackage(
                product: word(&random),
                name: word(&random),
                architecture: random.chance(50) ? word(&random) : nil,
                version: random.chance(70) ? word(&random) : nil,
                isSource: random.chance(50),
                reboot: RebootNeed.allCases.randomElement(using: &random) ?? .unstated
            )
        }
        let cves = (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
            CVE("CVE-2026-\(Int.random(in: 1_000...99_999, using: &random))")
        }
        return Advisory(
            id: word(&random),
            source: AdvisorySource.allCases.randomElement(using: &random) ?? .debian,
            title: word(&random),
            classification: word(&random),
            severityWord: word(&random),
            cves: cves,
            issued: date(&random),
            updated: date(&random),
            fixes: fixes,
            isWithdrawn: random.chance(20),
            link: random.chance(50) ? word(&random) : nil
        )
    }

    @Test("An entry of KEV and a score of EPSS come back from their canonical bytes")
    func exploits() throws {
        let cve = try #require(CVE("CVE-2026-1001"))
        for (added, due) in [(Self.day, nil), (nil, Self.day)] {
            let entry = KnownExploited(cve: cve, addedAt: added, dueAt: due, isUsedByRansomware: added == nil)
            let stored = try JSONDecoder().decode(KnownExploited.self, from: Data(entry.canonicalBytes))
            #expect(stored == entry)
        }
        for probability in [0, 0.00001, 0.1, 0.97567, 1] {
            let score = try #require(
                ExploitProbability(cve: cve, probability: probability, percentile: 0.5, model: "v1", scoredAt: Self.day)
            )
            #expect(try JSONDecoder().decode(ExploitProbability.self, from: Data(score.canonicalBytes)) == score)
        }
        for wrong in [-0.1, 1.1, .nan, .infinity] {
            #expect(ExploitProbability(cve: cve, probability: wrong, percentile: 0, model: "", scoredAt: nil) == nil)
            #expect(ExploitProbability(cve: cve, probability: 0, percentile: wrong, model: "", scoredAt: nil) == nil)
        }
    }
}

@Suite("CVE ids")
struct CVETests {
    @Test("They are read in any case and written in one")
    func reading() throws {
        #expect(CVE("cve-2026-1234")?.description == "CVE-2026-1234")
        #expect(CVE("CVE-2026-1234567890123456789") != nil)
        let cve = try #require(CVE("CVE-2026-1234"))
        #expect(try coded(cve) == cve)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CVE.self, from: Data("\"CVE-1\"".utf8)) }
    }

    @Test(
        "Other texts are none",
        arguments: [
            "", "CVE", "CVE-2026", "CVE-2026-123", "CVE-26-1234", "CVE-2026-XXXX", "CVE-2026-1234-1", " CVE-2026-1234",
            "CVE-2026-12345678901234567890", "CVE-2026-١٢٣٤", "UBUNTU-CVE-2026-1234",
        ]
    )
    func refused(text: String) { #expect(CVE(text) == nil) }

    @Test("They are ordered by year and number, not as text")
    func order() {
        let ids = ["CVE-1999-0001", "CVE-2026-0999", "CVE-2026-9999", "CVE-2026-10000", "CVE-2027-0001"].compactMap {
            CVE($0)
        }
        #expect(ids.count == 5)
        #expect(ids.reversed().sorted() == ids)
    }

    @Test("They are found in text")
    func mentioned() {
        let text = "{CVE-2026-1001 CVE-2026-1002}, (cve-2026-1003): CVE-2026-XXXX, xCVE-2026-1004"
        #expect(CVE.mentioned(in: text) == ["1001", "1002", "1003"].compactMap { CVE("CVE-2026-\($0)") })
    }
}
