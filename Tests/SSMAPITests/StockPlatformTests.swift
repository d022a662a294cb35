import ControlPlane
import ControlPlaneTestSupport
import Domain
import FoundationEssentials
import ReadModels
import TestSupport
import Testing

@Suite("Stock agents on three systems", .timeLimit(.minutes(20)))
struct StockPlatformTests {
    private static let workflow = """
        workflow: three-systems
        zone: UTC
        sites:
          - { name: Frankfurt, zone: Europe/Berlin }
        baselines:
          - name: debian
            os: DEBIAN
            patch-groups: [Debian12-early, Debian12-main, Debian12-late]
            rules: [{ classification: Security, level: HIGH }]
            rejected: [acme-legacy]
          - name: al2023
            os: AMAZON_LINUX_2023
            patch-groups: [AL2023-early, AL2023-main, AL2023-late]
            rules: [{ classification: Security, severity: Important, level: HIGH }]
          - name: ubuntu22
            os: UBUNTU
            patch-groups: [Ubuntu22-early, Ubuntu22-main, Ubuntu22-late]
            rules: [{ priority: "*", level: HIGH }]
          - name: win2022
            os: WINDOWS
            patch-groups: [Win2022-early, Win2022-main, Win2022-late]
            global-filters: { product: WindowsServer2022 }
            rules: [{ classification: SecurityUpdates, msrc-severity: Important, level: HIGH }]
        stages:
          - scan:
              targets: all
              window: { opens: now, duration: 1h, cutoff: 10m }
              gate: { approve: { by: 1 } }
          - early:
              targets: { ring: early }
              window: { opens: now, duration: 2h, cutoff: 30m }
              reboot: if-needed
              concurrency: 100%
              errors: 0
              delivery-timeout: 15m
              host-run-timeout: 1h
              gate: { failed-at-most: 0, approve: { by: 1 } }
          - main: { like: early, targets: { ring: main } }
          - late: { like: early, targets: { ring: late } }
          - report: {}

        """

    @Test(
        "go through a cycle with their reboots, beside our own agents; Windows by the program that it is really sent",
        .enabled(if: MonoHost.isPossible)
    )
    func cycle() async throws {
        try await StockFleet.serving(workflow: Self.workflow) { controlPlane, base, web in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"])
            var (agents, hosts): ([StockAgent], [MonoHost]) = ([], [])
            for ring in Fleet.rings {
                for (group, told, platform) in [
                    ("AL2023", StockPlatform.amazonLinux, FakeHost.Platform.amazonLinux),
                    ("Ubuntu22", .ubuntu, .ubuntu),
                ] {
                    let host = FakeHost(name: "\(group)-\(ring)", platform: platform)
                    agents.append(try await Self.agent(controlPlane, web, "\(group)-\(ring)", host, told))
                }
                let host = try MonoHost(Self.updates)
                let program = StockWindows(host: host, base: base, web: web)
                let group = "Win2022-\(ring)"
                let named = FakeHost(name: group)
                agents.append(try await Self.agent(controlPlane, web, group, named, .windows, program))
                hosts.append(host)
            }
            let view = try await StockFleet.complete(agents, beside: fleet, workflow: "three-systems", of: controlPlane)
            #expect(view.state == "completed")
            for agent in agents {
                let view = try await controlPlane.questions.node(agent.node)
                #expect(view.compliance == "COMPLIANT", "\(view.name)")
                #expect(await agent.reboots == 1, "\(view.name)")
            }
            for host in hosts { #expect(try host.installs.sorted() == ["5036909", "5039217"]) }
        }
    }

    @Test(
        "of Windows run a command of AWS-RunPowerShellScript, restart by its exit code, and pass over one of another platform",
        .enabled(if: MonoHost.isPossible)
    )
    func command() async throws {
        try await StockFleet.serving { controlPlane, base, web in
            let host = try MonoHost([])
            let program = StockWindows(host: host, base: base, web: web)
            let machine = FakeHost(name: "Win2022-early")
            let agent = try await Self.agent(controlPlane, web, "Win2022-early", machine, .windows, program)
            try await StockFleet.running([agent]) {
                let restarts = "echo attempt $RINGMASTER_ATTEMPT; (($RINGMASTER_ATTEMPT > 1)) || exit 3010"
                let run = try await Self.send("AWS-RunPowerShellScript", restarts, to: agent.node, controlPlane)
                let invocation = try #require(run.invocations.first)
                #expect(invocation.status == RunStatus("Success"), "\(run)")
                #expect(invocation.steps.map(\.output) == ["attempt 2\n"] && invocation.steps.map(\.attempts) == [2])
                #expect(await agent.reboots == 1)
                let other = try await Self.send("AWS-RunShellScript", "exit 1", to: agent.node, controlPlane)
                #expect(other.invocations.map(\.status) == [RunStatus("Success")], "\(other)")
                #expect(other.invocations.first?.steps.map(\.state) == ["skipped"])
            }
        }
    }

    private static func send(
        _ document: String,
        _ script: String,
        to node: String,
        _ controlPlane: TestControlPlane
    ) async throws -> RunView {
        let command = SentCommand(documentName: document, parameters: ["commands": [script]], instanceIDs: [node])
        let id = UUID().uuidString.lowercased()
        let cycle = try await controlPlane.services.commands.send(command, id: id, site: "Frankfurt", by: "ana")
        try await controlPlane.cycle(cycle, "completed") { $0.state == "completed" }
        return try await controlPlane.questions.run(cycle, .hosts(outputOf: node))
    }

    private static var updates: [MonoHost.Update] {
        var update = MonoHost.Update("5036909", title: "2026-01 Cumulative Update for Windows Server 2022")
        (update.reboots, update.moves) = (true, 48)
        return [update, MonoHost.Update("5039217")]
    }

    private static func agent(
        _ controlPlane: TestControlPlane,
        _ web: @escaping StockAgent.Web,
        _ group: String,
        _ machine: FakeHost,
        _ platform: StockPlatform,
        _ program: (any StockProgram)? = nil
    ) async throws -> StockAgent {
        try await StockAgent.registered(
            with: try await controlPlane.activation(patchGroup: group),
            machine: machine,
            key: try StockKey(number: Int.random(in: 0..<StockKey.most)),
            platform: platform,
            program: program,
            now: { controlPlane.clock.now },
            web: web
        )
    }
}
