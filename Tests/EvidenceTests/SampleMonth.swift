import Domain
import DurableStreams
import Evidence
import FoundationEssentials
import Testing
import Time

/// June 2026 of a small fleet: a scan on the 2nd, an install of two nodes, one of them late, and a node that nobody reached.
struct SampleMonth {
    static let early = "mi-00000000000000001"
    static let late = "mi-00000000000000002"
    static let silent = "mi-00000000000000003"
    static let revoked = "mi-00000000000000004"
    static let fresh = "mi-00000000000000005"
    static let key = EvidenceKey()
    static let plan = String(repeating: "a", count: 64)

    private(set) var log = TestLog()

    static func made() async throws -> Self {
        var month = Self()
        // A shard's time does not go back.
        try await month.apply("policy-may", .at("2026-05-10T00:00:00Z"))
        try await month.enrolNodes()
        try await month.runCycle()
        try await month.apply("policy-june", .at("2026-06-15T00:00:00Z"))
        try await month.enrol(Self.fresh, "Frankfurt", .at("2026-06-20T08:00:00Z"))
        return month
    }

    static var content: EvidenceContent {
        let index = AdvisoryIndex([
            AdvisoryVersion(
                Advisory(
                    id: "DSA-6000-1",
                    source: .debian,
                    title: "openssl, \"urgent\"",
                    classification: "security",
                    severityWord: "critical",
                    issued: .at("2026-05-25T00:00:00Z"),
                    fixes: [FixedPackage(product: "bookworm", name: "openssl", version: "3.0.17-1", isSource: true)]
                ),
                digest: String(repeating: "d", count: 64),
                firstImportedAt: .at("2026-05-25T06:00:00Z")
            )
        ])
        return EvidenceContent(
            inventories: { digests in
                Dictionary(digests.map { ($0, inventory($0)) }) { first, _ in first }
            },
            advisories: { _ in index }
        )
    }

    static func request(sites: Set<String> = [], hostList: HostList? = nil, now: String = "2026-07-02T00:00:00Z")
        throws -> EvidenceRequest
    {
        EvidenceRequest(
            period: try #require(EvidencePeriod("2026-06")),
            sites: sites,
            hostList: hostList,
            tool: Manifest.Tool(name: "ringmaster", sha256: String(repeating: "0", count: 64)),
            now: .at(now)
        )
    }

    @discardableResult
    func build(_ request: EvidenceRequest, to target: String) async throws -> Manifest {
        let builder = EvidenceBuilder(store: log.store, content: Self.content, key: Self.key)
        return try await builder.build(request, to: target)
    }

    // MARK: - Steps

    /// By a digest that ends in `old`, with the vulnerable version.
    private static func inventory(_ digest: String) -> HostInventory {
        let version = digest.hasSuffix("old") ? "3.0.16-1" : "3.0.17-1"
        let patch = Patch(name: "openssl", architecture: "amd64", version: version)
        return HostInventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            installed: [InstalledItem(patch: patch, isHeld: false)],
            updates: [],
            needs: [:],
            keptConfiguration: [],
            indexCount: 1,
            rebootReasons: []
        )
    }

    private mutating func enrolNodes() async throws {
        for (node, site) in [
            (Self.early, "London"), (Self.late, "Frankfurt"), (Self.silent, "London"), (Self.revoked, "London"),
        ] {
            try await enrol(node, site, .at("2026-05-20T08:00:00Z"))
        }
        let revocation = NodeRevocation(reason: "scrapped", by: "ada", at: .at("2026-05-21T08:00:00Z"))
        try await log.append(Node.self, Self.revoked, .revoked(revocation), at: revocation.at)
    }

    private mutating func enrol(_ node: String, _ site: String, _ at: Timestamp) async throws {
        let facts = NodeFacts(
            hostname: "host-\(node.suffix(1))",
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            agentVersion: "1"
        )
        let enrolment = NodeEnrolment(
            node: node,
            publicKey: "key",
            site: site,
            patchGroup: "Debian12-early",
            activation: "a",
            facts: facts
        )
        try await log.append(Node.self, node, .enrolled(enrolment, at: at), at: at, by: "node/\(node)")
    }

    private mutating func apply(_ digest: String, _ at: Timestamp) async throws {
        let waiver = try Waiver(
            id: "W-1",
            subject: .package("nginx"),
            scope: .fleet,
            reason: "-breaks the login",
            compensatingControl: "behind a proxy",
            owner: "ada",
            requestedBy: "ada",
            requestedAt: .at("2026-05-01T00:00:00Z"),
            expiresAt: .at("2026-09-01T00:00:00Z")
        )
        let policy = Policy(groups: [digest], waivers: [waiver])
        let event = PolicyEvent.applied(policy, digest: digest, by: "ada", at: at)
        try await log.append(PolicyBook.self, "fleet", event, at: at)
    }

    private mutating func runCycle() async throws {
        let start = CycleStart(
            definition: WorkflowDefinition(
                name: "monthly",
                zone: "UTC",
                starts: nil,
                sites: [],
                baselines: [Baseline(name: "all", patchGroups: ["*"], rules: [])],
                stages: []
            ),
            definitionDigest: "digest",
            opensWindowsNow: false
        )
        let begun = Timestamp.at("2026-06-02T02:00:00Z")
        try await log.append(Cycle.self, "june", .started(start, by: "ada", at: begun), at: begun)
        try await scan()
        let approval = Approval(
            by: "grace",
            planDigest: Self.plan,
            reason: "looks, \"good\"\nto me",
            at: .at("2026-06-03T09:00:00Z")
        )
        try await log.append(Cycle.self, "june", .approved(stage: "early", approval), at: approval.at, by: "grace")
        try await install(Self.early, "London", .at("2026-06-04T02:10:00Z"))
        try await install(Self.late, "Frankfurt", .at("2026-06-12T02:10:00Z"))
    }

    private mutating func scan() async throws {
        let nodes = [Self.early, Self.late, Self.silent]
        let (rollout, at) = ("june/scan", Timestamp.at("2026-06-02T02:05:00Z"))
        let spec = Self.spec(rollout, "London", .scan, nodes, at)
        try await log.append(Rollout.self, rollout, .opened(spec, at: at), at: at)
        let ordered = RolloutEvent.hostsOrdered(first: 0, count: 3, expires: at + .seconds(60), at: at)
        try await log.append(Rollout.self, rollout, ordered, at: at)
        for index in 0..<2 {
            let report = HostReport(
                index: index,
                attempt: 1,
                sequence: 1,
                happenedAt: at,
                fact: .scanned(inventory: "\(index)-old")
            )
            let reported = RolloutEvent.hostReported(report, at: at + .seconds(index))
            try await log.append(Rollout.self, rollout, reported, at: at + .seconds(index))
        }
        let expired = at + .seconds(600)
        let events = [RolloutEvent.hostsExpired([2], as: .unknown, at: expired), .ended(at: expired)]
        try await log.append(Rollout.self, rollout, events[0], events[1], at: expired)
    }

    private mutating func install(_ node: String, _ site: String, _ at: Timestamp) async throws {
        let patch = Patch(name: "openssl", architecture: "amd64", version: "3.0.17-1")
        let work = InstallWork(
            planDigest: Self.plan,
            patchSets: [PatchSet(patches: [patch])],
            setOfTarget: [0],
            reboot: .ifNeeded
        )
        let rollout = "june/early/\(site)"
        let spec = Self.spec(rollout, site, .install(work), [node], at)
        try await log.append(Rollout.self, rollout, .opened(spec, at: at), at: at)
        let outcome = PatchOutcome(patch: patch, state: .installed, before: "3.0.16-1", after: "3.0.17-1")
        let report = HostReport(
            index: 0,
            attempt: 1,
            sequence: 2,
            happenedAt: at,
            fact: .installed(inventory: "\(node)-new", patches: [outcome], reboot: nil)
        )
        try await log.append(Rollout.self, rollout, .hostReported(report, at: at), at: at)
        let boot = BootIdentity(bootID: "b", kernel: "6.1")
        let reboot = NodeReboot(
            order: "\(rollout)#0#1",
            outcome: .confirmed,
            before: boot,
            after: boot,
            expectedKernel: nil,
            reasons: ["=kernel"],
            missing: [],
            condition: nil,
            happenedAt: at
        )
        try await log.append(Node.self, node, .rebooted(reboot, at: at), at: at, by: "node/\(node)")
        try await log.append(Rollout.self, rollout, .ended(at: at), at: at)
    }

    private static func spec(
        _ rollout: String,
        _ site: String,
        _ operation: RolloutSpec.Operation,
        _ targets: [String],
        _ at: Timestamp
    ) -> RolloutSpec {
        RolloutSpec(
            cycle: "june",
            stage: operation == .scan ? "scan" : "early",
            rollout: rollout,
            site: site,
            patchGroup: "Debian12-early",
            operation: operation,
            targets: targets,
            window: WindowOccurrence(opening: at, durationSeconds: 7_200, cutoffSeconds: 600),
            rateControl: RateControl(maxConcurrency: .percent(10), maxErrors: .percent(5))
        )
    }
}
