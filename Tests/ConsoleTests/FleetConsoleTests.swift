import ControlPlaneTestSupport
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

@testable import Console

/// The fleet and its nodes in the console.
@Suite("The fleet in the console", .timeLimit(.minutes(20)))
struct FleetConsoleTests {
    @Test("The address is the filter; the CSV has exactly the nodes that are shown; what hosts say is no code")
    func filters() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let activation = try await controlPlane.activation(site: "London", patchGroup: "Debian12-late", uses: 1)
            _ = try await FakeAgent.enrolled(
                in: controlPlane,
                with: activation,
                host: FakeHost(name: "=<script>1</script>")
            )
            let cookie = try await console.session()

            let all = try await console.get("/console/fleet", cookie: cookie).text
            #expect(
                all.contains(">4 nodes<") && all.contains("=&lt;script&gt;1&lt;/script&gt;")
                    && !all.contains("<script>1")
            )
            let nodes = try await controlPlane.questions.nodes()
            let agent = try #require(nodes.first?.agent)
            #expect(agent.hasPrefix("ringmaster ") && all.contains("<td>\(agent)</td>"))
            let unknown = try await console.get("/console/fleet?compliance=UNKNOWN", cookie: cookie).text
            #expect(
                unknown.contains(">1 node<") && unknown.contains("never-scanned")
                    && !unknown.contains("Frankfurt-early</a>")
            )
            let search = try await console.get("/console/fleet?q=FURT-late&group=Debian12-late", cookie: cookie).text
            #expect(search.contains(">1 node<") && search.contains("Frankfurt-late</a>"))
            #expect(try await console.get("/console/fleet?q=nobody", cookie: cookie).text.contains("No node fits this"))

            let csv = try await console.get("/console/fleet.csv?compliance=NON_COMPLIANT", cookie: cookie)
            #expect(csv.headers[.contentType] == "text/csv; charset=utf-8")
            let lines = csv.text.split(separator: "\r\n")
            #expect(lines.count == 4)
            #expect(lines[0].hasPrefix("managed_node_id,name,site") && lines[0].hasSuffix(",notes,agent"))
            #expect(lines[1].hasSuffix(",\(agent)"))
            #expect(lines.dropFirst().allSatisfy { $0.contains("NON_COMPLIANT") })
            let one = try await console.get("/console/fleet.csv?site=London", cookie: cookie).text
            #expect(one.contains(",'=<script>1</script>,London,"))
        }
    }

    @Test("A node's page says why each patch is what it is, and that no reboot of it is known")
    func node() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let cookie = try await console.session()
            let page = try await console.get("/console/nodes/\(fleet.agents[0].node)", cookie: cookie).text
            #expect(
                page.contains("NON_COMPLIANT") && page.contains("acme-tls") && page.contains("plat-debian12-baseline")
            )
            #expect(page.contains("acme-legacy") && page.contains("rejected"))
            #expect(page.contains("node.enrolled.v1"))
            #expect(page.contains("None is known."))
        }
    }

    @Test("Cursors walk through the whole fleet, by name, once")
    func pages() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, hostsPerLane: 2)
            let questions = controlPlane.questions
            var (names, last) = ([String](), String?.none)
            while true {
                let page = try await questions.nodes(.init(), after: last, limit: 5)
                names += page.map(\.name)
                guard page.count == 5 else { break }
                last = page.last?.id
            }
            #expect(Set(names).count == fleet.agents.count && names.count == fleet.agents.count)
            let tally = try await questions.tally()
            let counts = tally.counts
            #expect(counts.map(\.nodes).reduce(0, +) == 18 && counts.allSatisfy { $0.compliance == "UNKNOWN" })
            let concerns = tally.concerns
            for filter in [
                FleetFilter(site: "Frankfurt"), FleetFilter(patchGroup: "Debian12-late"), FleetFilter(platform: "none"),
                FleetFilter(compliance: "UNKNOWN"), FleetFilter(concern: .staleScan), FleetFilter(concern: .silent),
                FleetFilter(site: "Frankfurt", compliance: "UNKNOWN", concern: .staleScan),
            ] {
                #expect(try await tally.counts(filter) == questions.counts(filter), "\(filter)")
            }
            #expect(tally.counts(FleetFilter(text: "a")) == nil && tally.counts(FleetFilter(concern: .revoked)) == nil)
            #expect(try await questions.counts(FleetFilter(text: "FRANKFURT")).map(\.nodes) == [2, 2, 2])
            #expect(concerns[.staleScan] == 18 && concerns[.silent] == 0)
        }
    }
}
