import AgentProtocol
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

    @Test("The fleet's tiles count what they lead to; what is late and what is due soon is told with its forecast")
    func tiles() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
            let activation = try await controlPlane.activation(uses: 2)
            for name in ["new-1", "new-2"] {
                _ = try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: name))
            }
            try await Self.findings(late: 1, soon: 1, in: controlPlane)
            let page = try await console.get("/console", cookie: console.session()).text
            let tile = #/<li class="(\w+)"><a href="([^"]+)"><strong>(\d+)</strong> <span>([^<:]+)/#
            let tiles = page.matches(of: tile).map { "\($0.output.4) \($0.output.3) \($0.output.1)" }
            #expect(
                tiles == [
                    "UNKNOWN 2 warn", "NON_COMPLIANT 1 bad", "lack a critical patch 1 bad",
                    "not heard for a day 0 calm",
                    "wait for a reboot 0 calm", "wait to be approved 0 calm", "cloned 0 calm",
                ]
            )
            let addresses = page.matches(of: tile).map { String($0.output.2) }
            #expect(addresses.first == "/console/fleet?compliance=UNKNOWN")
            #expect(addresses.count > 2 && addresses[2] == "/console/fleet?concern=lacks-critical")
            let items = try await controlPlane.services.sla.findings(in: nil, limit: 9).items
            #expect(items.map(\.state) == ["breached", "due-soon"])
            for (item, due) in zip(items, ["6 d ago", "in 2 d"]) {
                let link = "<a href=\"/console/advisories/debian/\(item.advisory)\">\(item.advisory)</a>"
                let row = try #require(page.split(separator: "\n").first { $0.contains(link) }, "\(item.state)")
                #expect(row.contains(">\(due)</td>") && row.contains("<td>acme-tls → 3.0.2</td>"), "\(row)")
                #expect(row.contains(">Frankfurt / Debian12-early</td>") && row.contains("<td>\(item.forecast)</td>"))
            }
            #expect(page.contains("<h3>Late <span class=\"badge bad\">breached</span></h3>"))
            #expect(page.contains("1 node judged by the last inventory, 2 cannot be"))
            #expect(!page.contains("more finding"))
        }
    }

    @Test("A halted cycle waits for a decision on Today, with the reason")
    func halted() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let cookie = try await console.session()
            let before = try await console.get("/console", cookie: cookie).text
            #expect(!before.contains("resume it or abort it"))
            try await controlPlane.approve("scan", of: id)
            let order = try #require(try await fleet.agents[0].nextOrder(of: controlPlane))
            let failure = HostRunFact.failed(kind: .disk, detail: "no space left", inventory: nil, patches: [])
            try await fleet.agents[0].report(.accepted, failure, on: order, to: controlPlane)
            let view = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            let page = try await console.get("/console", cookie: cookie).text
            let line = try #require(page.split(separator: "\n").first { $0.contains("Halted: resume it or abort it") })
            #expect(line.contains("<span class=\"badge bad\">halted</span>"))
            #expect(line.contains("<a href=\"/console/cycles/\(id)\">"))
            let reason = try #require(view.reason)
            #expect(reason.hasPrefix("1 error in \(id)/early/Frankfurt") && line.contains("<br>\(reason)"))
        }
    }
}
