import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing
import Time

@Suite("Advisories in cycles", .serialized, .timeLimit(.minutes(10)))
struct NoticeTests {
    /// What closes a vulnerability that is known to be exploited, and nothing else.
    private static let exploited = """
        workflow: exploited
        zone: UTC
        baselines:
          - name: exploited
            patch-groups: ["Debian12-*"]
            rules: [{ known-exploited: true, level: CRITICAL, non-security: true }]
        stages:
          - scan: { targets: all, window: { opens: now, duration: 1h }, gate: { approve: { by: 1 } } }
          - early:
              targets: { ring: early }
              window: { opens: now, duration: 2h, cutoff: 30m }
              reboot: if-needed
              concurrency: 1
              errors: 0
              gate: { approve: { by: 1 } }
          - report: {}
        """

    private static let cve = CVE("CVE-2026-1001")

    private static func advisory(_ id: String, _ package: String, fixedIn version: String, cve: CVE?) -> Advisory {
        Advisory(
            id: id,
            source: .debian,
            title: "t",
            classification: "security",
            severityWord: "high",
            cves: [cve].compactMap(\.self),
            fixes: [FixedPackage(product: "bookworm", name: package, version: version, isSource: true)]
        )
    }

    private static func known(_ cve: CVE?) -> [KnownExploited] {
        [cve].compactMap(\.self).map {
            KnownExploited(cve: $0, addedAt: nil, dueAt: nil, isUsedByRansomware: false)
        }
    }

    @Test("A plan has what a rule on exploitation approves, and compliance asks for it from its import on")
    func exploitation() async throws {
        try await withControlPlane(workflow: Self.exploited) { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let node = fleet.agents[0].node
            let before = try await controlPlane.startCycle("exploited")
            try await fleet.scan(before, of: controlPlane)
            #expect(try await controlPlane.questions.plan(ofCycle: before).patches == [])
            #expect(try await controlPlane.questions.node(node).compliance == "COMPLIANT")
            try await controlPlane.steer(before, .abort, reason: "the next one is better")
            try await controlPlane.cycle(before, "aborted") { $0.state == "aborted" }

            let other = CVE("CVE-2026-1002")
            try await controlPlane.imported(
                [
                    Self.advisory("DSA-1", "acme-docs", fixedIn: "1.1", cve: Self.cve),
                    Self.advisory("DSA-2", "acme-tls", fixedIn: "3.0.2", cve: other),
                    Self.advisory("DSA-3", "acme-legacy", fixedIn: "1.1", cve: Self.cve),
                ],
                knownExploited: Self.known(Self.cve)
            )
            let after = try await controlPlane.startCycle("exploited")
            try await fleet.scan(after, of: controlPlane)
            let patches = try await controlPlane.questions.plan(ofCycle: after).patches
            #expect(patches.map(\.name) == ["acme-docs"], "the fix of acme-legacy is not on offer")
            let judged = try await controlPlane.questions.node(node)
            #expect(judged.compliance == "NON_COMPLIANT")
            #expect(judged.missing?.map(\.name) == ["acme-docs"])

            try await controlPlane.imported([], knownExploited: Self.known(other))
            let loaded = try await controlPlane.questions.patches(ofNode: node)
            let missing = loaded.patches.filter { $0.state == "Missing" }.map(\.name)
            #expect(missing == ["acme-docs", "acme-tls"], "what is judged anew is judged by the present import")
        }
    }

    @Test("A rejected vulnerability halts what would bring its fix, and tells who has the fix")
    func reject() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early", "main"])
            try await controlPlane.imported([Self.advisory("DSA-1", "acme-tls", fixedIn: "3.0.2", cve: Self.cve)])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            try await controlPlane.approve("scan", of: id)
            try await Fleet.carryOut(fleet.ring("early"), of: controlPlane)
            try await controlPlane.approve("early", of: id)
            try await controlPlane.cycle(id, "installing") { $0.stage("main")?.lanes.count == 1 }
            let request = RejectPatch(entry: "CVE-2026-1001", reason: "breaks it", expires: nil, by: "ana")
            let rejected = try await controlPlane.services.policy.reject(request, key: nil)
            #expect(rejected.holders.map(\.node) == fleet.ring("early").map(\.node))
            #expect(rejected.holders.map(\.patch) == ["acme-tls.amd64=3.0.2"])
            let halted = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            #expect(halted.reason == "ana rejected CVE-2026-1001, which its plan would bring: breaks it")
        }
    }

    @Test("A stage whose plan has the fix of an advisory that was rejected meanwhile does not open")
    func rejectedBeforeOpening() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            try await controlPlane.imported([Self.advisory("DSA-1", "acme-tls", fixedIn: "3.0.2", cve: Self.cve)])
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let request = RejectPatch(entry: "DSA-1", reason: "breaks it", expires: nil, by: "ana")
            #expect(try await controlPlane.services.policy.reject(request, key: nil).holderCount == 0)
            try await controlPlane.approve("scan", of: id)
            let halted = try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            #expect(halted.reason?.contains("the plan brings acme-tls") == true, "\(halted.reason ?? "")")
            try await controlPlane.steer(id, .abort, reason: "start anew")
            try await controlPlane.cycle(id, "aborted") { $0.state == "aborted" }
            let next = try await controlPlane.startCycle()
            try await fleet.scan(next, of: controlPlane)
            let planned = try await controlPlane.questions.plan(ofCycle: next).patches.map(\.name)
            #expect(!planned.contains("acme-tls") && planned.contains("acme-kernel"), "\(planned)")
        }
    }
}
