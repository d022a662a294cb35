import ControlPlane
import ControlPlaneTestSupport
import Domain
import HummingbirdTesting
import ReadModels
import Testing
import Time

@testable import Console

/// The console's first page.
@Suite("Today in the console", .timeLimit(.minutes(20)))
struct TodayConsoleTests {
    private static func advisory(_ id: String, released: Timestamp) -> Advisory {
        Advisory(
            id: id,
            source: .debian,
            title: "t",
            classification: "security",
            severityWord: "critical",
            cves: [],
            issued: released,
            fixes: [FixedPackage(product: "bookworm", name: "acme-tls", version: "3.0.2", isSource: true)]
        )
    }

    /// Imports critical advisories, which are due after 14 days: so many that are late, and so many that are due in 60 hours.
    private static func findings(late: Int, soon: Int, in controlPlane: TestControlPlane) async throws {
        let now = controlPlane.clock.now
        let late = (0..<late).map { advisory("DSA-L\(1_000 + $0)", released: now - .seconds(20 * 86_400 - $0)) }
        let soon = (0..<soon).map { advisory("DSA-S\(1_000 + $0)", released: now - .seconds(276 * 3_600 - $0)) }
        try await controlPlane.imported(late + soon)
    }

    @Test("However much is late, what is due within 72 hours is shown, and what no row shows is told with its command")
    func deadlines() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
            try await Self.findings(late: 210, soon: 17, in: controlPlane)
            let page = try await console.get("/console", cookie: console.session()).text
            func rows(_ kind: String) -> [String] {
                page.matches(of: #/<a href="[^"]*">(?<id>DSA-[LS][0-9]+)</a>/#).map { String($0.output.id) }
                    .filter { $0.hasPrefix(kind) }
            }
            #expect(rows("DSA-L") == (1_000..<1_015).map { "DSA-L\($0)" })
            #expect(rows("DSA-S") == (1_000..<1_015).map { "DSA-S\($0)" })
            #expect(page.contains("and 195 more findings: <code>ringmaster sla --state breached</code>"))
            #expect(page.contains("and 2 more findings: <code>ringmaster sla --state due-soon</code>"))
        }
    }
}
