import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import ReadModels
import Testing
import Time

@Suite("The patches of a node", .serialized, .timeLimit(.minutes(10)))
struct NodePatchesTests {
    private func states(_ agent: FakeAgent, _ controlPlane: TestControlPlane) async throws -> [String] {
        try await controlPlane.questions.patches(ofNode: agent.node).patches.map {
            "\($0.name) \($0.version) \($0.state)"
        }
    }

    private func sentences(
        _ agent: FakeAgent,
        _ controlPlane: TestControlPlane,
        _ patch: String? = nil
    ) async throws -> [String: String] {
        let patches = try await controlPlane.questions.why(agent.node, patch: patch).patches
        return Dictionary(patches.map { ("\($0.name) \($0.cause)", $0.sentence) }) { first, _ in first }
    }

    @Test("After a scan what is approved is missing, and each patch has its reason")
    func scanned() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            await agent.change { $0.packages[3].isHeld = true }
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            #expect(
                try await states(agent, controlPlane) == [
                    "acme-docs 1.0 InstalledOther", "acme-kernel 6.1.1 InstalledOther", "acme-kernel 6.1.2 Missing",
                    "acme-legacy 0.9 InstalledOther", "acme-tls 3.0.1 InstalledOther", "acme-tls 3.0.2 Missing",
                    "acme-web 2.4 InstalledOther",
                ]
            )
            let view = try await controlPlane.questions.patches(ofNode: agent.node)
            #expect(view.operation == "Scan")
            #expect(view.counts["Missing"] == 2 && view.counts["Failed"] == 0)
            #expect((view.criticalNonCompliant, view.securityNonCompliant, view.otherNonCompliant) == (1, 2, 0))
            #expect(view.nonCompliantSeverity == "CRITICAL")
            #expect(view.patches.first { $0.state == "Missing" && $0.name == "acme-tls" }?.obstacle == "held")
            let why = try await sentences(agent, controlPlane)
            #expect(why.count == 4)
            #expect(why["acme-kernel waits-for-install"]?.contains("stage early of cycle \(id) brings it") == true)
            #expect(why["acme-tls obstructed"]?.contains("a person holds the package back") == true)
            #expect(why["acme-legacy rejected"] == "plat-debian12-baseline rejects it by its entry acme-legacy.")
            #expect(why["acme-docs not-approved"]?.hasPrefix("It is not approved") == true)
            #expect(try await sentences(agent, controlPlane, "acme-w*").keys.sorted() == ["acme-web installed"])
            await #expect(throws: Problem.self) { try await controlPlane.questions.why(agent.node, patch: "nothing") }
        }
    }

    private static let script = PatchResult(
        patch: PatchReference(name: "acme-tls", architecture: "amd64", version: "3.0.2"),
        state: .failed,
        versionBefore: "3.0.1",
        versionAfter: "3.0.1",
        failure: .script,
        output: "migration failed"
    )

    @Test("What the last run was to install and did not has failed, with its class")
    func failed() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            try await controlPlane.approve("scan", of: id)
            let order = try #require(try await agent.nextOrder(of: controlPlane))
            let inventory = try await agent.upload(to: controlPlane)
            try await agent.report(
                .accepted,
                .installing,
                .failed(kind: .conflict, detail: "held by acme", inventory: inventory, patches: [Self.script]),
                on: order,
                to: controlPlane
            )
            try await controlPlane.cycle(id, "with a host that failed") { $0.counts.failed == 1 }
            let view = try await controlPlane.questions.patches(ofNode: agent.node)
            #expect(view.operation == "Install")
            #expect(view.counts["Failed"] == 2 && view.counts["Missing"] == 0)
            let own = try #require(view.patches.first { $0.name == "acme-tls" && $0.state == "Failed" })
            #expect(own.failure == "script" && own.output == "migration failed")
            let why = try await sentences(agent, controlPlane)
            #expect(why["acme-kernel failed"]?.contains("failed (conflict), and the next cycle brings it") == true)
            #expect(why["acme-tls failed"]?.contains("failed (script), and the next cycle brings it") == true)
            let told = try await controlPlane.questions.why(agent.node, patch: "acme-tls").patches
            #expect(told.contains { $0.output == "migration failed" })
            let hosts = try await controlPlane.questions.cycle(id, at: nil, hosts: false).stages.flatMap(\.lanes)
            #expect(hosts.flatMap(\.hosts).compactMap(\.detail) == ["conflict (acme-tls: script)"])
            try await controlPlane.steer(id, .abort, reason: "start anew")
            try await controlPlane.cycle(id, "aborted") { $0.state == "aborted" }

            let next = try await controlPlane.startCycle()
            try await fleet.scan(next, of: controlPlane)
            let again = try await sentences(agent, controlPlane)
            let sentence = again["acme-kernel failed"] ?? ""
            #expect(sentence.contains("was to install it and failed (conflict), and stage early of cycle \(next)"))
        }
    }

    @Test("What is rejected since says whose decision that is, and what is waived until when")
    func decisions() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            let request = RejectPatch(entry: "acme-kernel", reason: "it does not boot", expires: nil, by: "ana")
            _ = try await controlPlane.services.policy.reject(request, key: nil)
            let now = controlPlane.clock.now
            var waiver = try Waiver(
                id: "W-1",
                subject: .package("acme-tls"),
                scope: .sites(["Frankfurt"]),
                reason: "the vendor certifies it in May",
                compensatingControl: "no way in from outside",
                owner: "apps",
                requestedBy: "ana",
                requestedAt: now - .seconds(60),
                expiresAt: now + .seconds(86_400)
            )
            try waiver.approve(by: "ben", at: now - .seconds(30))
            try await controlPlane.applyPolicy { $0.waivers = [waiver] }
            let why = try await sentences(agent, controlPlane)
            #expect(
                why["acme-kernel rejected"]
                    == "plat-debian12-baseline rejects it by its entry acme-kernel (ana: it does not boot)."
            )
            let waived = "Its deadline is waived until \(waiver.expiresAt) by W-1, approved by ben: "
            let sentence = why["acme-tls waits-for-install"] ?? ""
            #expect(sentence.hasSuffix(waived + "the vendor certifies it in May"))
        }
    }

    @Test("What waits for its boot is named, and where nothing was scanned nothing is told")
    func waiting() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            let unknown = try await controlPlane.questions.patches(ofNode: agent.node)
            #expect(unknown.compliance == "UNKNOWN" && unknown.unknownReason == "never-scanned")
            #expect(unknown.patches.isEmpty && unknown.operation == nil && unknown.counts["Missing"] == 0)
            #expect(try await controlPlane.questions.why(agent.node, patch: "acme-web").patches.isEmpty)
            await agent.change { host in
                host.packages = [FakeHost.Package("acme-kernel", "6.1.2")]
                host.rebootReasons = ["acme-kernel asks for a reboot"]
            }
            let id = try await controlPlane.startCycle()
            try await fleet.scan(id, of: controlPlane)
            #expect(try await states(agent, controlPlane) == ["acme-kernel 6.1.2 InstalledPendingReboot"])
            #expect(try await sentences(agent, controlPlane).keys.sorted() == ["acme-kernel pending-reboot"])
            await #expect(throws: Problem.self) { try await controlPlane.questions.patches(ofNode: "mi-none") }
        }
    }
}
