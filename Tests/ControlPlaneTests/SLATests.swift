import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing
import Time

@Suite("What is open for too long, and what will be", .serialized, .timeLimit(.minutes(10)))
struct SLATests {
    /// It starts each day, and its window opens the night after.
    private static let daily = """
        workflow: daily
        zone: UTC
        starts: { schedule: "cron(0 12 * * ? *)", zone: UTC }
        stages:
          - scan: { targets: all, window: { opens: now, duration: 1h }, gate: { approve: { by: 1 } } }
          - early:
              targets: { ring: early }
              window: { opens: "cron(0 2 * * ? *)", zone: UTC, duration: 3h, cutoff: 1h }
              reboot: if-needed
              concurrency: 100%
              errors: 0
              gate: { approve: { by: 1 } }
          - report: {}
        """

    private static let baseline = Baseline(
        name: "every-security-update",
        system: .debian,
        patchGroups: ["Debian12-*"],
        rules: [.init(filters: [.init(.classification, ["Security"])], level: .high)],
        rejected: ["acme-legacy"]
    )

    private static func policy(_ baseline: Baseline = baseline, waivers: [Waiver] = []) -> Policy {
        Policy(
            sites: [PolicySite(name: "Frankfurt", zone: "Europe/Berlin")],
            baselines: [baseline],
            waivers: waivers
        )
    }

    private static func waiver(_ package: String, _ scope: Waiver.Scope, at now: Timestamp) throws -> Waiver {
        var waiver = try Waiver(
            id: "W-1",
            subject: .package(package),
            scope: scope,
            reason: "r",
            compensatingControl: "c",
            owner: "apps",
            requestedBy: "ana",
            requestedAt: now - .seconds(3_600),
            expiresAt: now + .seconds(10 * 86_400)
        )
        try waiver.approve(by: "ben", at: now - .seconds(3_600))
        return waiver
    }

    private static func advisory(
        _ id: String,
        _ package: String,
        fixedIn version: String,
        severity: String = "critical",
        cve: String? = nil,
        released: Timestamp?
    ) -> Advisory {
        Advisory(
            id: id,
            source: .debian,
            title: "t",
            classification: "security",
            severityWord: severity,
            cves: cve.flatMap { CVE($0) }.map { [$0] } ?? [],
            issued: released,
            fixes: [FixedPackage(product: "bookworm", name: package, version: version, isSource: true)]
        )
    }

    /// Enrols hosts in Debian12-early, has them scanned, and imports the advisories.
    private static func withFindings(
        hosts: [FakeHost],
        _ advisories: (Timestamp) -> [Advisory],
        _ body: (TestControlPlane, [String]) async throws -> Void
    ) async throws {
        try await withControlPlane(workflow: daily) { controlPlane in
            try await controlPlane.applyPolicy { $0 = policy() }
            let activation = try await controlPlane.activation(uses: hosts.count)
            var agents: [FakeAgent] = []
            for host in hosts {
                agents.append(try await FakeAgent.enrolled(in: controlPlane, with: activation, host: host))
            }
            let cycle = try await controlPlane.startCycle("daily")
            try await Fleet.carryOut(agents, of: controlPlane)
            try await controlPlane.gate(of: "scan", in: cycle)
            try await controlPlane.imported(advisories(controlPlane.clock.now))
            try await body(controlPlane, agents.map(\.node))
        }
    }

    private static func days(_ count: Double) -> Duration { .seconds(count * 86_400) }

    @Test("Findings are counted by state and listed by what is due, each with what the schedule makes of it")
    func findings() async throws {
        let hosts = [FakeHost(name: "a"), FakeHost(name: "b")]
        try await Self.withFindings(hosts: hosts) { now in
            [
                Self.advisory("DSA-1", "acme-legacy", fixedIn: "1.0", released: now - Self.days(20)),
                Self.advisory("DSA-2", "acme-tls", fixedIn: "3.0.2", released: now - Self.days(11.5)),
                Self.advisory("DSA-3", "acme-kernel", fixedIn: "6.1.2", released: now - Self.days(13.99)),
                Self.advisory("DSA-4", "acme-web", fixedIn: "2.5", severity: "low", released: now - Self.days(90)),
                Self.advisory("DSA-5", "acme-docs", fixedIn: "1.1", severity: "", released: nil),
            ]
        } _: { controlPlane, nodes in
            let activation = try await controlPlane.activation()
            _ = try await FakeAgent.enrolled(in: controlPlane, with: activation, host: FakeHost(name: "new"))
            let view = try await controlPlane.services.sla.findings(in: nil, limit: 100)
            let counts = view.counts
            #expect((counts.breached, counts.dueSoon, counts.within, counts.waived) == (2, 4, 4, 0))
            #expect(counts.missed == 4, "what has no limit is never late")
            #expect((view.judged, view.unjudged, view.isCut) == (2, 1, false))
            #expect(view.items.map(\.advisory) == ["DSA-1", "DSA-3", "DSA-2", "DSA-5", "DSA-4"])
            #expect(view.items.map(\.state) == ["breached", "due-soon", "due-soon", "within", "within"])
            #expect(view.items.map(\.severity) == ["critical", "critical", "critical", "unknown", "low"])
            #expect(view.items.allSatisfy { $0.nodes == nodes.sorted() && $0.nodeCount == 2 })
            #expect(view.items.allSatisfy { $0.site == "Frankfurt" && $0.patchGroup == "Debian12-early" })
            #expect(view.items.last?.dueAt == nil)
            let forecasts = view.items.map(\.forecast)
            #expect(forecasts[0] == "misses: rejected by the entry acme-legacy")
            #expect(forecasts[1].hasPrefix("misses: the next window, that of "), "\(forecasts[1])")
            #expect(forecasts[2].hasPrefix("closes in the window of ") && forecasts[2].hasSuffix("T02:00:00Z"))
            #expect(forecasts[3] == "misses: not approved, for no rule matches")
            #expect(forecasts[4] == "misses: no repository of the host offers a version with the fix")

            let soon = try await controlPlane.services.sla.findings(in: .dueSoon, limit: 1)
            #expect(soon.counts == counts)
            #expect(soon.items.map(\.advisory) == ["DSA-3"])
            #expect(soon.isCut)
            let each = try await controlPlane.services.sla.findings(limits: [.breached: 5, .dueSoon: 1])
            #expect(each.counts == counts)
            #expect(each.items.map(\.advisory) == ["DSA-1", "DSA-3"])
            #expect(each.isCut)
            try await Self.impact(of: view, in: controlPlane)
        }
    }

    /// Of each advisory, what its impact says is what the list says.
    private static func impact(of view: SLAView, in controlPlane: TestControlPlane) async throws {
        let sla = controlPlane.services.sla
        for item in view.items {
            let page = try await sla.impact(of: item.advisory, source: nil, after: nil, limit: 100)
            #expect((page.items.count, page.judged, page.unjudged) == (2, 2, 1))
            for impact in page.items {
                #expect(impact.package == item.package && item.nodes.contains(impact.node))
                #expect(impact.dueAt == item.dueAt && impact.state == item.state)
                #expect(impact.forecast == item.forecast)
                let window = impact.closesInWindowOf.map {
                    "window\(item.advisory == "DSA-3" ? ", that" : "") of \($0)"
                }
                if ["DSA-2", "DSA-3"].contains(item.advisory) {
                    #expect(window.map(item.forecast.contains) == true, "\(item.forecast)")
                } else {
                    #expect(window == nil)
                }
            }
        }
    }

    @Test("What is known to be exploited is due by its day in the impact as in the list")
    func exploited() async throws {
        try await Self.withFindings(hosts: [FakeHost(name: "a")]) { now in
            let cve = "CVE-2026-1001"
            return [Self.advisory("DSA-1", "acme-tls", fixedIn: "3.0.2", severity: "low", cve: cve, released: now)]
        } _: { controlPlane, _ in
            let cve = try #require(CVE("CVE-2026-1001"))
            let due = controlPlane.clock.now + Self.days(1)
            let exploited = KnownExploited(cve: cve, addedAt: nil, dueAt: due, isUsedByRansomware: false)
            _ = try await controlPlane.questions.advisoryStore.importing(at: due) { try await $0.write([exploited]) }
            let sla = controlPlane.services.sla
            let listed = try await sla.findings(in: nil, limit: 1).items.map(\.dueAt)
            let impact = try await sla.impact(of: "CVE-2026-1001", source: nil, after: nil, limit: 1)
            #expect(impact.items.map(\.dueAt) == listed)
            #expect(listed == [due + Self.days(1)])
        }
    }

    @Test("A waiver covers the nodes that it names, and a hold on a host is seen there alone")
    func parts() async throws {
        var held = FakeHost(name: "b")
        held.packages[3].isHeld = true
        try await Self.withFindings(hosts: [FakeHost(name: "a"), held, FakeHost(name: "c")]) { now in
            [Self.advisory("DSA-1", "acme-tls", fixedIn: "3.0.2", released: now - Self.days(5))]
        } _: { controlPlane, nodes in
            let waiver = try Self.waiver("acme-tls", .nodes([nodes[2]]), at: controlPlane.clock.now)
            try await controlPlane.applyPolicy { $0 = Self.policy(waivers: [waiver]) }
            let view = try await controlPlane.services.sla.findings(in: nil, limit: 100)
            #expect((view.counts.within, view.counts.waived, view.counts.missed) == (2, 1, 1))
            func item(_ node: String) -> SLAItem? { view.items.first { $0.nodes == [node] } }
            #expect(item(nodes[0])?.forecast.hasPrefix("closes in the window of ") == true)
            #expect(item(nodes[1])?.forecast.hasPrefix("misses: a person holds the package back") == true)
            #expect(item(nodes[2])?.state == "waived")
            #expect(item(nodes[2])?.forecast == "waived until \(waiver.expiresAt)")
        }
    }

    @Test("A delay that counts from when a version was first offered is told with its last day")
    func delay() async throws {
        try await Self.withFindings(hosts: [FakeHost(name: "a")]) { now in
            [Self.advisory("DSA-1", "acme-tls", fixedIn: "3.0.2", released: now - Self.days(5))]
        } _: { controlPlane, _ in
            var slow = Self.baseline
            slow.rules[0].delay = .days(30)
            slow.rules[0].delayFrom = .firstSeen
            let policy = Self.policy(slow)
            try await controlPlane.applyPolicy { $0 = policy }
            let view = try await controlPlane.services.sla.findings(in: nil, limit: 1)
            let forecast = try #require(view.items.first).forecast
            #expect(forecast.hasPrefix("misses: approved from 20"), "\(forecast)")
            #expect(forecast.hasSuffix(" on, and no window is planned after that"), "\(forecast)")
        }
    }

    @Test("Of many findings those that are due first are kept")
    func many() async throws {
        let count = 1_200
        try await Self.withFindings(hosts: [FakeHost(name: "a")]) { now in
            // They are looked at by their ids, the most urgent last.
            (1_000..<1_000 + count).map { number in
                let released = now - .seconds(number)
                return Self.advisory("DSA-\(number)", "acme-tls", fixedIn: "3.0.2", released: released)
            }
        } _: { controlPlane, _ in
            let view = try await controlPlane.services.sla.findings(in: nil, limit: 3)
            #expect(view.counts.within == count)
            #expect(view.items.map(\.advisory) == ["DSA-2199", "DSA-2198", "DSA-2197"])
            #expect(view.isCut)
        }
    }

    @Test("Without a policy the standard deadlines hold, nothing is approved, and no node is judged before a scan")
    func empty() async throws {
        try await withControlPlane { controlPlane in
            let view = try await controlPlane.services.sla.findings(in: nil, limit: 1)
            #expect(view == SLAView(counts: SLAView.Counts(), judged: 0, unjudged: 0, items: [], isCut: false))
        }
    }
}
