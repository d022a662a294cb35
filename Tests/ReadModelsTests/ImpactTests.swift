import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing
import Time

@Suite("Which nodes an advisory touches", .serialized, .timeLimit(.minutes(10)))
struct ImpactTests {
    private let moment = Timestamp(microseconds: 1_764_000_000_000_000)

    private func advisory(_ id: String, cve: String, fixes: [FixedPackage]) -> Advisory {
        Advisory(
            id: id,
            source: .debian,
            title: "t",
            classification: "security",
            severityWord: fixes.isEmpty ? "high" : "",
            cves: [cve].compactMap { CVE($0) },
            fixes: fixes
        )
    }

    private func fix(_ name: String, _ version: String, product: String = "bookworm") -> FixedPackage {
        FixedPackage(product: product, name: name, version: version, isSource: true)
    }

    @Test("Nodes are judged by their last inventory; those without one are counted")
    func impact() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            let start = StartCycle(workflow: "debian12-rings", openNow: true, by: "ana")
            let cycle = try await controlPlane.services.cycles.start(start, key: "k").id
            try await fleet.scan(cycle, of: controlPlane)
            let activation = try await controlPlane.activation()
            _ = try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: "new"))
            let advisories = [
                advisory("DSA-1", cve: "CVE-2026-1001", fixes: [fix("acme-tls", "3.0.2")]),
                advisory("DSA-2", cve: "CVE-2026-1002", fixes: [fix("acme-web", "2.4")]),
                advisory("DSA-3", cve: "CVE-2026-1001", fixes: [fix("acme-tls", "9", product: "trixie")]),
                advisory("DSA-4", cve: "CVE-2026-1003", fixes: [fix("acme-web", "2.5")]),
                advisory("DSA-5", cve: "CVE-2026-1004", fixes: [fix("acme-web", "9", product: "trixie")]),
                advisory("acme-tls/CVE-2026-1001", cve: "CVE-2026-1001", fixes: []),
            ]
            let questions = controlPlane.questions
            _ = try await questions.advisoryStore.importing(at: moment) { try await $0.write(advisories) }

            let sla = controlPlane.services.sla
            let whole = try await sla.impact(of: "cve-2026-1001", source: nil, after: nil, limit: 100)
            #expect(whole.items.map(\.node).sorted() == fleet.agents.map(\.node).sorted())
            #expect(Set(whole.items.map(\.package)) == ["acme-tls"])
            #expect(Set(whole.items.map(\.installedVersion)) == ["3.0.1"])
            #expect(Set(whole.items.map(\.fixedVersion)) == ["3.0.2"])
            #expect(Set(whole.items.map(\.advisory)) == ["DSA-1"])
            #expect(whole.items.allSatisfy { $0.scannedAt != nil && $0.severity == "high" })
            #expect((whole.judged, whole.unjudged) == (3, 1))
            #expect(whole.next == nil)
            #expect(try await sla.impact(of: "DSA-1", source: nil, after: nil, limit: 100) == whole)
            let fixed = try await sla.impact(of: "DSA-2", source: "debian", after: nil, limit: 100)
            #expect(fixed.items == [])
            #expect(fixed.judged == 3)
            let other = try await sla.impact(of: "DSA-3", source: nil, after: nil, limit: 100)
            #expect((other.items.count, other.judged, other.unjudged) == (0, 0, 4), "no advisory is for their release")

            var (paged, after) = ([ImpactView](), String?.none)
            repeat {
                let page = try await sla.impact(of: "DSA-1", source: nil, after: after, limit: 2)
                #expect(page.judged + page.unjudged <= 2)
                paged += page.items
                after = page.next
            } while after != nil
            #expect(paged == whole.items)
            let first = try await sla.impact(of: "DSA-1", source: nil, after: nil, limit: 100, mostItems: 2)
            let rest = try await sla.impact(of: "DSA-1", source: nil, after: first.next, limit: 100, mostItems: 2)
            #expect(first.items.count == 2 && first.items + rest.items == whole.items && rest.next == nil)
            #expect(first.judged + rest.judged == 3 && first.unjudged + rest.unjudged == 1)
            try await explain(fleet.agents[0].node, questions)
        }
    }

    /// Why the node has a vulnerability, by what it is offered.
    private func explain(_ node: String, _ questions: FleetQuestions) async throws {
        let offered = try await questions.why(node, patch: "CVE-2026-1001").patches
        #expect(offered.map { "\($0.name) \($0.version) \($0.cause)" } == ["acme-tls 3.0.2 waits-for-install"])
        let unoffered = try await questions.why(node, patch: "CVE-2026-1003").patches
        #expect(unoffered.map { "\($0.name) \($0.version) \($0.cause)" } == ["acme-web 2.4 not-offered"])
        #expect(unoffered.first?.sentence == "No repository of the node offers 2.5, which DSA-4 asks for.")
        for (cve, code) in [
            ("CVE-2026-1002", "patch-not-found"), ("CVE-2026-1004", "release-unknown"),
            ("CVE-2026-9999", "advisory-not-found"),
        ] {
            let error = await #expect(throws: Problem.self) { _ = try await questions.why(node, patch: cve) }
            #expect(error?.code == code, "\(cve)")
        }
    }

    @Test("What nothing is known of is said, and so is a cursor that is none")
    func unknown() async throws {
        try await withControlPlane { controlPlane in
            let known = advisory("DSA-1", cve: "CVE-2026-1001", fixes: [])
            _ = try await controlPlane.questions.advisoryStore.importing(at: moment) { try await $0.write([known]) }
            for (subject, after, code) in [
                ("CVE-2026-9999", nil, "advisory-not-found"), ("DSA-9", nil, "advisory-not-found"),
                ("DSA-1", "x", "malformed-cursor"), ("DSA-1", "a/b/c", "malformed-cursor"),
            ] as [(String, String?, String)] {
                let error = await #expect(throws: Problem.self) {
                    try await controlPlane.services.sla.impact(of: subject, source: nil, after: after, limit: 1)
                }
                #expect(error?.code == code)
            }
        }
    }
}
