import Domain
import Testing
import Time
import Workflows

@Suite("Where a report stage writes")
struct ReportExportTests {
    private static func read(_ report: String) throws -> ReportExport? {
        let text = """
            workflow: small
            sites: [{ name: London, zone: Europe/London }]
            baselines: [{ name: base, patch-groups: "*", rules: [{ classification: Security }] }]
            stages:
              - scan: { window: { opens: now, duration: 1h, cutoff: 10m } }
              - early:
                  targets: { ring: early }
                  window: { opens: now, duration: 3h, cutoff: 1h }
                  concurrency: 10%
                  errors: 0
              - report: \(report)

            """
        return try WorkflowFile.parse(Array(text.utf8), file: "w.yaml").stages.last?.export
    }

    @Test("is a folder, in which each site of a cycle has a name of its own")
    func folder() throws {
        let startedAt = try #require(Timestamp(iso8601: "2026-03-01T00:30:00Z"))
        let export = try #require(try Self.read("{ csv: { to: \"s3://acme/patching/{year}-{month}/\" } }"))
        let place = export.place(ofSite: "eu-west-1", cycle: "monthly-7", startedAt: startedAt)
        #expect(place == "s3://acme/patching/2026-03/monthly-7-eu-west-1.csv")
        let local = try #require(try Self.read("{ csv: { to: \"/srv/{cycle}/\" } }"))
        #expect(local.place(ofSite: "a", cycle: "c", startedAt: startedAt) == "/srv/c/c-a.csv")
        #expect(try Self.read("{}") == nil)
    }

    @Test(
        "is no other thing",
        arguments: ["reports/", "/srv/reports", "s3:///a/", "https://a/", "/srv/../etc/", "/srv/{day}/", "/srv/{year/"]
    )
    func unfit(to: String) throws {
        let problems = try #require(throws: WorkflowProblems.self) { try Self.read("{ csv: { to: \"\(to)\" } }") }
        #expect(problems.problems.count == 1)
        #expect(problems.description.contains("w.yaml:11:26: found `\(to)`: expected "), "\(problems)")
    }
}
