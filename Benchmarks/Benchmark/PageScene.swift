import Client
import Commands
import ControlPlane
import Domain
import Foundation
import Postgres
import ReadModels
import Time

/// A fleet as pages show it: after a cycle, in the scan of another one, a year of days behind it.
struct PageScene: Sendable {
    private static let sites = 20
    private static let advisories = 20_000
    private static let patience = Duration.seconds(600)

    let settings: Settings
    private let ended: String
    private let underWay: String
    /// A node far behind the others, by name and by id.
    private let last: String

    static func prepared(in folder: String, hosts: Int) async throws -> Self {
        let workflows = ["benchmark": CycleRound.workflow(sites: sites)]
        return try await LocalControlPlane.with(folder: folder, workflows: workflows) { controlPlane in
            try await controlPlane.addNodes(hosts, sites: sites)
            let round = CycleRound(
                controlPlane: controlPlane,
                agents: try await LocalAgents(controlPlane),
                hosts: hosts
            )
            let measured = try await round.run()
            progress("a cycle over \(hosts) hosts took \(Int(measured.seconds)) s")
            let start = StartCycle(workflow: "benchmark", openNow: true, by: "benchmark")
            let underWay = try await controlPlane.services.cycles.start(start, key: nil).id
            let end = ContinuousClock.now + patience
            while try await controlPlane.engine.meter.orderCount() < hosts {
                guard ContinuousClock.now < end else { throw Incomplete(what: "the second cycle has no orders") }
                try await Task.sleep(for: .milliseconds(50))
            }
            try await publish(controlPlane)
            try await controlPlane.projector.catchUp()
            let client = controlPlane.engine.client
            for sql in PageTables.statements(hosts: hosts, sites: sites, today: wallTime().day) {
                _ = try await client.query(.unprepared(sql))
            }
            let ended = try await client.query(
                .unprepared("SELECT id FROM cycle WHERE ended_at IS NOT NULL ORDER BY started_at DESC LIMIT 1")
            )
            let last = try await client.query(.unprepared("SELECT max(id) FROM node WHERE NOT is_revoked"))
            return Self(
                settings: try await Settings.read(client),
                ended: try ended.one().get(0),
                underWay: underWay,
                last: try last.one().get(0)
            )
        }
    }

    /// What is asked for.
    func addresses(_ reader: PageReader) async throws -> [String] {
        var (advisories, far) = ("/api/v1/advisories", String?.none)
        while let next = try await reader.cursor(
            behind: advisories + "?limit=1000" + (far.map { "&after=\($0)" } ?? "")
        ) {
            far = Route("", query: ["after": next]).description.split(separator: "=").last.map(String.init)
        }
        advisories += "?limit=1000" + (far.map { "&after=\($0)" } ?? "")
        let fleet =
            ["", "?after=\(last)", "?site=site-3", "?site=site-3&group=Debian12-late", "?group=Debian12-main"]
            + ["?platform=debian", "?compliance=UNKNOWN", "?compliance=NON_COMPLIANT", "?compliance=COMPLIANT"]
            + FleetFilter.Concern.allCases.map { "?concern=\($0.rawValue)" }
            + ["?q=host-777", "?q=HOST", "?q=nobody", "?q=mi-000&concern=silent", "?site=site-3&concern=silent"]
        let console =
            fleet.map { "/fleet\($0)" } + [
                "", "/fleet.csv", "/fleet.csv?concern=silent", "/cycles", "/cycles/\(ended)", "/cycles/\(underWay)",
                "/cycles/\(ended)/plan", "/nodes/\(last)", "/trends?days=365", "/trends?days=365&ring=late&site=site-3",
                "/advisories", "/advisories?package=library-70", "/advisories?cve=CVE-2026-10070",
                "/advisories/amazon-linux/ALAS2023-2026-10070", "/windows", "/windows/rehearsal", "/policy",
                "/evidence",
                "/evidence/hosts.csv",
                "/activity", "/activity?stream=cycle/\(ended)", "/activity?stream=node/\(last)",
            ]
        let lists = [
            "nodes", "nodes?limit=1000&after=\(last)", "nodes/\(last)", "nodes/\(last)/patches", "nodes/\(last)/why",
            "cycles", "cycles/\(ended)", "cycles/\(underWay)", "cycles/\(ended)/plan", "advisories/imports",
            "advisories/impact?of=ALAS2023-2026-10070", "events?last=1000", "events?after=0:0&limit=1000",
            "deliveries", "reboot-slots", "engine", "policy", "windows", "tokens", "reports/hosts.csv",
            "reports/hosts.csv?site=site-3",
        ]
        return console.map { "/console" + $0 } + ["/api/v1/advisories", advisories] + lists.map { "/api/v1/\($0)" }
    }

    /// The address without what differs from run to run.
    func shown(_ address: String) -> String {
        var text = address.replacing(ended, with: "ENDED").replacing(underWay, with: "RUNNING").replacing(
            last,
            with: "LAST"
        )
        if text.hasPrefix("/api/v1/advisories?"), let cursor = text.range(of: "after=") {
            text.replaceSubrange(cursor.upperBound..., with: "FAR")
        }
        return text
    }

    // MARK: - Steps

    private static func publish(_ controlPlane: LocalControlPlane) async throws {
        let now = wallTime()
        let made = (0..<advisories).map { number in
            Advisory(
                id: "ALAS2023-2026-\(10_000 + number)",
                source: .amazonLinux,
                title: "A flaw of library-\(number % 500)",
                classification: "security",
                severityWord: ["Critical", "Important", "Medium", "Low"][number % 4],
                cves: [CVE("CVE-2026-\(10_000 + number)")].compactMap(\.self),
                issued: now - .seconds(3_600 * (number + 1)),
                fixes: [
                    FixedPackage(
                        product: "Amazon Linux 2023",
                        name: "library-\(number % 500)",
                        architecture: "x86_64",
                        version: "1.\(number)"
                    )
                ]
            )
        }
        try await controlPlane.questions.advisoryStore.importing(at: now) { writer in
            for start in stride(from: 0, to: made.count, by: 1_000) {
                _ = try await writer.write(Array(made[start..<min(start + 1_000, made.count)]))
            }
            let fact = FeedImport(
                number: writer.number,
                sha256: String(repeating: "0", count: 64),
                byteCount: 1,
                format: "updateinfo",
                entryCount: made.count,
                newCount: made.count,
                changedCount: 0,
                malformedCount: 0
            )
            let feed = AdvisoryImportView(
                feed: "made",
                fact: fact,
                malformed: [],
                importedBy: "benchmark",
                importedAt: now
            )
            try await writer.finish(feed)
        }
    }
}
