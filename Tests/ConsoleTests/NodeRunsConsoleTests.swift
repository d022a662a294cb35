import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import HummingbirdTesting
import Postgres
import ReadModels
import Testing

@testable import Console

/// What happened to a node, on its page.
@Suite("A node's runs in the console", .timeLimit(.minutes(20)))
struct NodeRunsConsoleTests {
    /// Enrols a node in each of two sites, has a cycle scan both and install on the first, and lets the second fail.
    private static func patched(_ controlPlane: TestControlPlane) async throws -> (cycle: String, [FakeAgent]) {
        let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt", "us-east-1"], rings: ["early"])
        let id = try await controlPlane.startCycle()
        try await fleet.scan(id, of: controlPlane)
        try await controlPlane.approve("scan", of: id)
        try await Fleet.carryOut([fleet.agents[0]], of: controlPlane)
        let order = try #require(try await fleet.agents[1].nextOrder(of: controlPlane))
        let failure = HostRunFact.failed(kind: .disk, detail: "no space <left>", inventory: nil, patches: [])
        try await fleet.agents[1].report(.accepted, .installing, failure, on: order, to: controlPlane)
        for (agent, state) in zip(fleet.agents, ["succeeded", "failed"]) {
            try await runs(of: agent, controlPlane) {
                $0.count == 2 && $0.contains { $0.state == state && $0.work == "install" }
            }
        }
        return (id, fleet.agents)
    }

    @discardableResult
    private static func runs(
        of agent: FakeAgent,
        _ controlPlane: TestControlPlane,
        until isAsWanted: ([NodeRun]) -> Bool
    ) async throws -> [NodeRun] {
        try await controlPlane.eventually(
            "as wanted",
            { try await controlPlane.questions.runs(ofNode: agent.node) },
            until: isAsWanted
        )
    }

    @Test("A node's page has its scan and its install, newest first, and what each came to; a failed one says why")
    func cycle() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let (id, agents) = try await Self.patched(controlPlane)
            let runs = try await controlPlane.questions.runs(ofNode: agents[0].node)
            #expect(runs.map(\.work) == ["install", "scan"] && runs.map(\.stage) == ["early", "scan"])
            #expect(runs.allSatisfy { $0.cycle == id && $0.state == "succeeded" && !$0.isOneOff })
            #expect(
                runs.allSatisfy { run in run.beganAt.map { began in run.endedAt.map { $0 >= began } ?? false } ?? false
                }
            )
            let others =
                """
                INSERT INTO cycle (id, workflow, state, started_at)
                SELECT 'other-' || number, 'elsewhere', 'running', now() + interval '1 year'
                FROM generate_series(1, 60) number
                """
            _ = try await controlPlane.client.query(.unprepared(others))
            #expect(try await controlPlane.questions.runs(ofNode: agents[0].node) == runs)
            let detail = try #require(runs[0].detail)
            #expect(detail.hasSuffix("patches installed, reboot confirmed"))

            let cookie = try await console.session()
            let good = try await console.get("/console/nodes/\(agents[0].node)", cookie: cookie).text
            #expect(good.contains("href=\"/console/cycles/\(id)\"") && good.contains("<td>\(detail)</td>"))
            #expect(good.contains("<td>early</td><td>install</td><td><span class=\"badge good\">succeeded</span>"))
            #expect(good.contains("<td>scan</td><td>scan</td><td><span class=\"badge good\">succeeded</span>"))

            let failed = try await controlPlane.questions.runs(ofNode: agents[1].node)
            #expect(failed.map(\.state) == ["failed", "succeeded"])
            #expect(failed.first?.detail == "disk: no space <left>" && failed.first?.endedAt != nil)
            let bad = try await console.get("/console/nodes/\(agents[1].node)", cookie: cookie).text
            #expect(bad.contains("<span class=\"badge bad\">failed</span></td><td>disk: no space &lt;left&gt;</td>"))
        }
    }

    @Test("One-off runs are told as such, with what their steps came to")
    func oneOff() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            await agent.change { $0.failingSteps = ["command"] }
            let request = StartRun(
                targets: TargetSelector(patchGroups: ["Debian12-early"]),
                command: ["systemctl", "restart", "nginx"],
                document: nil,
                maxConcurrency: .percent(100),
                maxErrors: .count(1),
                timeoutSeconds: 90,
                by: "ana"
            )
            let id = try await controlPlane.services.runs.start(request, key: nil).id
            let waiting = try await Self.runs(of: agent, controlPlane) { $0.count == 1 }
            #expect(waiting.first?.beganAt == nil && waiting.first?.detail == nil)
            try await Fleet.carryOut([agent], of: controlPlane)
            let runs = try await Self.runs(of: agent, controlPlane) { $0.first?.state == "failed" }
            #expect(runs.map(\.cycle) == [id] && runs.first?.isOneOff == true && runs.first?.work == "run")
            #expect(runs.first?.detail == "script: step command ended with exit code 1")
            let page = try await console.get("/console/nodes/\(agent.node)", cookie: try await console.session()).text
            #expect(page.contains("<td>one-off run</td><td>run</td>") && page.contains("step command ended with exit"))
        }
    }

    @Test("The page proves the node's last reboot by its boots and kernels")
    func reboot() async throws {
        try await TestConsole.with { console in
            let controlPlane = console.controlPlane
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let node = fleet.agents[0].node
            let report = BootReport(
                at: controlPlane.clock.now,
                order: "one#0#1",
                outcome: .confirmed,
                before: BootFacts(bootID: "boot-one", kernel: "6.1.1"),
                after: BootFacts(bootID: "boot-two", kernel: "6.1.2"),
                expectedKernel: "6.1.2",
                reasons: ["acme-kernel asks for a reboot"]
            )
            let batch = ReportBatch(reports: [], boots: [report])
            try await controlPlane.services.agents.accept(batch, from: node)
            try await controlPlane.settle()
            let page = try await console.get("/console/nodes/\(node)", cookie: try await console.session()).text
            #expect(page.contains("<span class=\"badge good\">confirmed</span>"))
            #expect(page.contains("boot-one → boot-two") && page.contains("6.1.1 → 6.1.2, expected 6.1.2"))
            #expect(page.contains("acme-kernel asks for a reboot") && !page.contains("None is known."))
            #expect(page.contains("None of the latest cycles and runs at its site had it do anything."))
        }
    }
}
