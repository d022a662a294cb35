import Commands
import Domain
import Foundation
import Testing

@Suite("Advisories of a policy's cases, from feeds")
struct CaseAdvisoriesTests {
    private static func record(_ id: String, links: String, specific: String = "") -> String {
        """
        {"schema_version": "1.7.0", "id": "\(id)", "upstream": ["\(links)"], "published": "2026-05-29T13:48:10Z",
         "affected": [{"package": {"ecosystem": "Ubuntu:22.04:LTS", "name": "apport"},
           "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.2"}]}],
           "ecosystem_specific": {\(specific) "binaries": [{"binary_name": "apport", "binary_version": "2.2"}]}}]}
        """
    }

    private static let records = [
        "a.json": record("USN-1-1", links: "CVE-2026-5054"), "b.json": record("USN-2-1", links: "CVE-2026-5055"),
        "c.json": record("UBUNTU-CVE-2026-5054", links: "CVE-2026-5054", specific: #""ubuntu_priority": "critical","#),
    ]
    private static let exploited = #"{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-5054"}]}"#
    private static let scores =
        "#model_version:v1,score_date:2026-11-20\ncve,epss,percentile\nCVE-2026-5054,0.5,0.9\nCVE-2026-5055,0.1,0.2\n"

    @Test("Those that are named come with what other records and feeds say of their CVEs, wherever these stand")
    func read() async throws {
        try await TemporaryFolder.with { folder in
            try FileManager.default.createDirectory(atPath: folder + "/usn", withIntermediateDirectories: true)
            for (name, text) in Self.records { try write(text, "\(folder)/usn/\(name)") }
            try write(Self.exploited, folder + "/kev.json")
            try write(Self.scores, folder + "/epss.csv")
            let feeds = ["epss.csv", "usn", "kev.json"].map { "\(folder)/\($0)" }
            let found = try await CaseAdvisories(["USN-1-1", "USN-9-1"]).read(from: feeds)
            #expect(found.map(\.advisory.id) == ["USN-1-1"])
            let notice = try #require(found.first?.notice)
            #expect(notice.normalizedSeverity == "critical")
            #expect(notice.isKnownExploited)
            #expect(notice.exploitProbability == 0.5)
            #expect(found.first?.candidates(on: .ubuntu).map(\.patch.name) == ["apport"])
            let named = try await CaseAdvisories(["CVE-2026-5055"]).read(from: feeds)
            #expect(named.map(\.advisory.id) == ["USN-2-1"])
            #expect(named.map(\.notice.isKnownExploited) == [false])
        }
    }

    private func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}
