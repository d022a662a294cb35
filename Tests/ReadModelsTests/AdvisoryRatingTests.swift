import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing
import Time

@Suite("Severities of notices", .timeLimit(.minutes(10)))
struct AdvisoryRatingTests {
    private let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    @Test("A notice without a severity has the worst of its CVEs, and none while one is not rated")
    func ratings() async throws {
        try await withControlPlane { controlPlane in
            func notice(_ source: AdvisorySource, _ id: String, _ cves: [String], word: String = "") -> Advisory {
                Advisory(
                    id: id,
                    source: source,
                    title: id,
                    classification: "security",
                    severityWord: word,
                    cves: cves.compactMap { CVE($0) }
                )
            }
            let questions = controlPlane.questions
            let advisories = [
                notice(.ubuntu, "USN-1", ["CVE-2026-1001", "CVE-2026-1002"]),
                notice(.ubuntu, "USN-2", ["CVE-2026-1001", "CVE-2026-1003"]),
                notice(.ubuntu, "UBUNTU-CVE-2026-1001", ["CVE-2026-1001"], word: "low"),
                notice(.ubuntu, "UBUNTU-CVE-2026-1002", ["CVE-2026-1002"], word: "medium"),
                notice(.debian, "openssl/CVE-2026-1003", ["CVE-2026-1003"], word: "unimportant"),
            ]
            _ = try await questions.advisoryStore.importing(at: moment) { try await $0.write(advisories) }
            let listed = try await questions.advisories(AdvisoryFilter(), after: nil, limit: 9).items
            let severities = Dictionary(uniqueKeysWithValues: listed.map { ($0.id, $0.severity) })
            #expect(
                severities == [
                    "USN-1": "medium", "USN-2": "unknown", "UBUNTU-CVE-2026-1001": "low",
                    "UBUNTU-CVE-2026-1002": "medium", "openssl/CVE-2026-1003": "negligible",
                ]
            )
            for (id, severity) in severities {
                #expect(try await questions.advisory(id, source: nil, version: nil).severity == severity)
            }
        }
    }
}
