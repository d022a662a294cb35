import Domain
import Testing
import Time

@Suite("What a baseline hears of an advisory")
struct PatchNoticeTests {
    private func advisory(_ word: String, source: AdvisorySource = .amazonLinux) throws -> Advisory {
        Advisory(
            id: "ALAS2023-2026-1",
            source: source,
            title: "openssl",
            classification: "security",
            severityWord: word,
            cves: [try #require(CVE("CVE-2026-1002")), try #require(CVE("CVE-2026-1001"))],
            issued: seconds(1_760_000_000),
            updated: seconds(1_770_000_000)
        )
    }

    @Test("The vendor's words stand as they are, the date is the one that delays count from, and unrated is high")
    func words() throws {
        let notice = PatchNotice(try advisory("Medium"), Threats())
        #expect((notice.classification, notice.severity, notice.normalizedSeverity) == ("security", "Medium", "medium"))
        #expect(notice.cves == ["CVE-2026-1001", "CVE-2026-1002"])
        #expect(notice.releasedAt == seconds(1_770_000_000))
        #expect(PatchNotice(try advisory("Medium", source: .ubuntu), Threats()).releasedAt == seconds(1_760_000_000))
        #expect(PatchNotice(try advisory("whatever"), Threats()).normalizedSeverity == "high")
        #expect(PatchNotice(try advisory(""), Threats()) { _ in .low }.normalizedSeverity == "low")
    }

    @Test("One exploited CVE is enough, and the greatest probability counts")
    func threats() throws {
        let (first, second) = (try #require(CVE("CVE-2026-1001")), try #require(CVE("CVE-2026-1002")))
        let scores = try [(first, 0.2), (second, 0.7)].map { cve, probability in
            try #require(
                ExploitProbability(cve: cve, probability: probability, percentile: 0.9, model: "v4", scoredAt: nil)
            )
        }
        let exploited = KnownExploited(cve: second, addedAt: nil, dueAt: nil, isUsedByRansomware: false)
        let notice = PatchNotice(
            try advisory("Low"),
            Threats(knownExploited: [exploited], probabilities: scores)
        )
        #expect(notice.isKnownExploited)
        #expect(notice.exploitProbability == 0.7)
        let quiet = PatchNotice(try advisory("Low"), Threats())
        #expect(!quiet.isKnownExploited)
        #expect(quiet.exploitProbability == nil)
    }
}
