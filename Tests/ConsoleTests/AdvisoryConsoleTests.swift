import ControlPlane
import ControlPlaneTestSupport
import Domain
import HummingbirdTesting
import ReadModels
import Testing
import Time

@testable import Console

/// An advisory and the nodes that lack its fix.
@Suite("An advisory in the console", .timeLimit(.minutes(20)))
struct AdvisoryConsoleTests {
    private static func advisory(
        _ id: String,
        cves: [String] = [],
        fixes: [(name: String, version: String)],
        released: Timestamp
    ) -> Advisory {
        Advisory(
            id: id,
            source: .debian,
            title: "t",
            classification: "security",
            severityWord: "critical",
            cves: cves.compactMap { CVE($0) },
            issued: released,
            fixes: fixes.map { FixedPackage(product: "bookworm", name: $0.name, version: $0.version, isSource: true) }
        )
    }

    @Test("The pages of an advisory meet: each package of each node has a row, once")
    func pages() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let packages = (100..<160).map { FakeHost.Package("acme-lib-\($0)", "1.0", to: "1.1") }
            let activation = try await controlPlane.activation(uses: 3)
            var agents: [FakeAgent] = []
            for name in ["a", "b", "c"] {
                let host = FakeHost(name: name, packages: packages)
                agents.append(try await FakeAgent.enrolled(in: controlPlane, with: activation, host: host))
            }
            let cycle = try await controlPlane.startCycle()
            try await Fleet.carryOut(agents, of: controlPlane)
            try await controlPlane.gate(of: "scan", in: cycle)
            let fixes = packages.map { ($0.name, "1.1") }
            try await controlPlane.imported([Self.advisory("DSA-1", fixes: fixes, released: controlPlane.clock.now)])
            let cookie = try await console.session()
            var (rows, counts, address) = ([String](), [Int](), String?.some("/console/advisories/debian/DSA-1"))
            while let target = address, counts.count < 9 {
                let page = try await console.get(target, cookie: cookie).text
                let found = page.matches(of: #/<a href="/console/nodes/([^"]+)">[^<]*</a></td><td>[^<]*</td><td>(\S+)/#)
                rows += found.map { "\($0.output.1) \($0.output.2)" }
                counts.append(found.count)
                address = page.firstMatch(of: #/<a href="([^"]+)" rel="next"/#).map { String($0.output.1) }
                let all = page.contains("`ringmaster advisory impact DSA-1 -o csv` lists all of them")
                #expect(all == (address != nil))
            }
            #expect(counts == [60, 60, 60], "what one node lacks is not parted, and 120 rows are too many")
            let wanted = agents.flatMap { agent in packages.map { "\(agent.node) \($0.name)" } }
            #expect(rows.count == 180 && Set(rows) == Set(wanted))
        }
    }

    @Test(
        "An advisory's page tells what is exploited, how probable it is, when the fix is due, and what the schedule makes of it"
    )
    func threats() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            try await fleet.scan(try await controlPlane.startCycle(), of: controlPlane)
            let cookie = try await console.session()
            let (known, other) = (try #require(CVE("CVE-2026-1001")), try #require(CVE("CVE-2026-1002")))
            let now = controlPlane.clock.now
            let probability = ExploitProbability(
                cve: other,
                probability: 0.042,
                percentile: 0.9,
                model: "",
                scoredAt: nil
            )
            let fixes = [("acme-tls", "3.0.2")]
            try await controlPlane.imported(
                [
                    Self.advisory("DSA-1", cves: ["\(known)", "\(other)"], fixes: fixes, released: now),
                    Self.advisory("DSA-2", fixes: fixes, released: now - .seconds(20 * 86_400 + 60)),
                ],
                knownExploited: [KnownExploited(cve: known, addedAt: nil, dueAt: nil, isUsedByRansomware: false)],
                probabilities: [try #require(probability)]
            )
            let page = try await console.get("/console/advisories/debian/DSA-1", cookie: cookie).text
            #expect(page.contains("<strong>CVE-2026-1001</strong> in CISA&#39;s catalogue"))
            #expect(page.contains("<strong>CVE-2026-1002</strong> 4.2 % within 30 days, by EPSS"))
            #expect(page.contains("1 package of 1 node lacks the fix; 0 nodes cannot be judged."))
            let items = try await controlPlane.services.sla.impact(of: "DSA-1", source: nil, after: nil, limit: 9).items
            let forecast = try #require(items.first).forecast
            #expect(page.contains("<td>in 13 d</td><td>\(forecast)</td>"), "\(forecast)")
            #expect(page.contains("<span class=\"badge calm\">within</span>"))

            let late = try await console.get("/console/advisories/debian/DSA-2", cookie: cookie).text
            #expect(late.contains("<span class=\"badge bad\">breached</span></td><td>6 d ago</td>"))
            #expect(!late.contains("EPSS") && !late.contains("CISA"))
            let list = try await console.get("/console/advisories?cve=CVE-2026-1002", cookie: cookie).text
            #expect(list.contains(">DSA-1</a>") && !list.contains(">DSA-2</a>") && list.contains("4.2 %"))
        }
    }
}
