import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import ReadModels
import Testing

@Suite("Runs of documents", .serialized, .timeLimit(.minutes(10)))
struct RunTests {
    private static func request(
        _ command: [String]? = ["systemctl", "restart", "nginx"],
        document: String? = nil,
        targets: TargetSelector = TargetSelector(patchGroups: ["Debian12-early"]),
        errors: Limit = .count(0)
    ) -> StartRun {
        StartRun(
            targets: targets,
            command: command,
            document: document,
            maxConcurrency: .percent(100),
            maxErrors: errors,
            timeoutSeconds: 90,
            by: "ana"
        )
    }

    private static func fleet(_ controlPlane: TestControlPlane) async throws -> Fleet {
        try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early", "main"], hostsPerLane: 3)
    }

    @Test(
        "A command runs on three hosts, of which one fails: each one's steps are kept, and nobody's compliance changes"
    )
    func command() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Self.fleet(controlPlane)
            let early = fleet.ring("early")
            await early[1].change { $0.failingSteps = ["command"] }
            let request = Self.request(errors: .count(1))
            let id = try await controlPlane.services.runs.start(request, key: "k").id
            #expect(try await controlPlane.services.runs.start(request, key: "k").id == id)
            #expect(id.hasPrefix("run-"))
            try await Fleet.carryOut(early, of: controlPlane)
            let cycle = try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
            #expect(cycle.stages.map(\.kind) == ["run"])
            #expect(cycle.documents?.map(\.runs) == [["run"]])

            let decider = DomainDecider<Cycle>.withoutEffects
            let folded = try #require(try await controlPlane.reader.fold(decider, Cycle.stream(id)))
            let rules = try #require(folded.state.start?.definition.stages.first?.laneRules)
            #expect(rules.hostRunSeconds == 90 + 900 + request.deliverySeconds, "it may wait for a slot")

            let order = try #require(await early[0].orders.first)
            let step = Order.Step(
                name: "command",
                work: .command(["systemctl", "restart", "nginx"]),
                timeoutSeconds: 90
            )
            #expect(order.version == 2 && order.hooks == nil)
            #expect(order.work == .run(Order.Document(name: "command", steps: [step])))

            let run = try await controlPlane.questions.run(id, .hosts(outputOf: "Frankfurt-early-1"))
            #expect(run.status == RunStatus("Failed", "Incomplete"))
            #expect((run.targets, run.completed, run.errors) == (3, 3, 1))
            #expect(
                Set(run.invocations.map(\.name)) == ["Frankfurt-early-1", "Frankfurt-early-2", "Frankfurt-early-3"]
            )
            let failed = try #require(run.invocations.first { $0.node == early[1].node })
            #expect(failed.status == RunStatus("Failed"))
            #expect(failed.detail == "step command ended with exit code 1")
            #expect(failed.steps.map(\.exitCode) == [1] && failed.steps.map(\.state) == ["failed"])
            let good = try #require(run.invocations.first { $0.node == early[0].node })
            #expect(good.status == RunStatus("Success"))
            #expect(good.steps.map(\.output) == ["command on Frankfurt-early-1"])
            #expect(failed.steps.map(\.output) == [nil], "nobody asked for it")
            let byID = try await controlPlane.questions.run(id, .hosts(outputOf: early[1].node)).invocations
            #expect(byID.flatMap(\.steps).compactMap(\.output).count == 1)
            var summary = run
            summary.invocations = []
            #expect(try await controlPlane.questions.run(id, .summary) == summary)

            let node = try await controlPlane.questions.node(early[1].node)
            #expect(node.unknownReason == "never-scanned", "a run proves nothing of patches")
            #expect(await fleet.ring("main").first?.orders.isEmpty == true)
        }
    }

    @Test("More errors than are tolerated halt a run; a document may be cancelled while hosts are queued")
    func haltAndCancel() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Self.fleet(controlPlane)
            var request = Self.request(nil, document: "smoke-test")
            request.maxConcurrency = .count(1)
            let id = try await controlPlane.services.runs.start(request, key: nil).id
            // The first in the lane, whichever that is: it alone has an order.
            let early = fleet.ring("early").sorted { $0.node < $1.node }
            await early[0].change { $0.failingSteps = ["no-failed-units"] }
            try await Fleet.carryOut([early[0]], of: controlPlane)
            try await controlPlane.cycle(id, "halted") { $0.state == "halted" }
            let halted = try await controlPlane.questions.run(id)
            #expect(halted.status == RunStatus("Failed"))
            #expect(halted.invocations.map(\.status.details).sorted() == ["Failed", "Pending", "Pending"])
            #expect(halted.documents.map(\.name) == ["smoke-test"])
            #expect(halted.documents.map(\.digest.count) == [64])

            try await controlPlane.steer(id, .abort)
            try await controlPlane.cycle(id, "aborted") { $0.state == "aborted" }
            let cancelled = try await controlPlane.questions.run(id)
            #expect(cancelled.status == RunStatus("Cancelled"))
            #expect(cancelled.invocations.map(\.status.details).sorted() == ["Cancelled", "Cancelled", "Failed"])
        }
    }

    @Test("A host at work hears that its run was cancelled, and one that has not begun does not begin")
    func cancelAtWork() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Self.fleet(controlPlane)
            let chosen = [fleet.agents[0], fleet.agents[4]]
            let agents = controlPlane.services.agents
            var request = Self.request(targets: TargetSelector(nodes: chosen.map(\.node)))
            request.maxConcurrency = .count(2)
            let id = try await controlPlane.services.runs.start(request, key: nil).id
            let order = try #require(try await chosen[0].nextOrder(of: controlPlane))
            try await chosen[0].report(.accepted, on: order, to: controlPlane)
            let waiting = try #require(try await agents.nextOrder(for: chosen[1].node, wait: .seconds(60)))
            #expect(waiting.isWithdrawn == nil)
            #expect(try await agents.standing(of: order.id, for: order.node) == OrderStanding(isWithdrawn: false))

            try await controlPlane.steer(id, .abort)
            while try await !agents.standing(of: order.id, for: order.node).isWithdrawn {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await agents.standing(of: "another", for: order.node) == OrderStanding(isWithdrawn: false))
            #expect(try await agents.nextOrder(for: chosen[1].node, wait: .zero)?.isWithdrawn == true)
            try await chosen[0].report(.ran(kind: .cancelled, detail: "taken back"), on: order, to: controlPlane)
            let unbegun = try DomainJSON.decode(Order.self, from: waiting.payload)
            let refusal = HostRunFact.refused(reason: .withdrawn, detail: "taken back")
            try await chosen[1].report(refusal, on: unbegun, to: controlPlane)
            try await controlPlane.cycle(id, "aborted") { $0.state == "aborted" }
            let run = try await controlPlane.questions.run(id)
            #expect(run.status == RunStatus("Cancelled"))
            #expect(run.invocations.map(\.status.details) == ["Cancelled", "Cancelled"])
        }
    }

    @Test("Hosts are chosen by their ids; without any a run is over at once")
    func targets() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Self.fleet(controlPlane)
            let chosen = [fleet.agents[0], fleet.agents[4]]
            let ids = TargetSelector(nodes: chosen.map(\.node))
            let id = try await controlPlane.services.runs.start(Self.request(targets: ids), key: nil).id
            try await Fleet.carryOut(chosen, of: controlPlane)
            try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
            #expect(try await controlPlane.questions.run(id).status == RunStatus("Success"))

            let nobody = Self.request(targets: TargetSelector(sites: ["Nowhere"]))
            let empty = try await controlPlane.services.runs.start(nobody, key: nil).id
            try await controlPlane.cycle(empty, "completed") { $0.state == "completed" }
            #expect(try await controlPlane.questions.run(empty).status == RunStatus("Failed", "NoInstancesInTag"))
        }
    }

    @Test("A run that cannot be is refused in words")
    func refused() async throws {
        try await withControlPlane { controlPlane in
            func refusal(_ request: StartRun) async throws -> Problem {
                try await problem { _ = try await controlPlane.services.runs.start(request, key: nil) }
            }
            let aimless = try await refusal(Self.request(targets: .all))
            #expect(aimless.detail.contains("names no targets"))
            let nameless = try await refusal(Self.request([""]))
            #expect(nameless.detail.contains("names no program"))
            var late = Self.request()
            late.deliverySeconds = 5
            let unfit = [
                Self.request(nil), Self.request(["x"], document: "smoke-test"), Self.request(["a\0"]),
                Self.request(errors: .percent(101)), late,
            ]
            for request in unfit {
                let refused = try await refusal(request)
                #expect(refused.code == "run-unfit", "\(request)")
            }
            let unknown = try await refusal(Self.request(nil, document: "x"))
            #expect(unknown.code == "document-not-found")
            await #expect(throws: Problem.self) { try await controlPlane.questions.run("run-0") }
        }
    }

    @Test("Hooks and a run stage of a workflow reach their hosts, and their steps are shown with the cycle")
    func workflow() async throws {
        let text = """
            workflow: hooked
            baselines:
              - { name: base, patch-groups: "*", rules: [{ classification: Security }] }
            stages:
              - scan: { window: { opens: now, duration: 1h } }
              - early:
                  targets: { ring: early }
                  window: { opens: now, duration: 2h }
                  concurrency: 100%
                  errors: 0
                  hooks: { before-install: drain-node, after-reboot: smoke-test, on-exit: undrain-node }
              - probe:
                  run: { document: smoke-test, targets: { ring: early }, window: { opens: now, duration: 1h }, concurrency: 1, errors: 0 }
              - report: {}
            """
        try await withControlPlane(workflow: text) { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            let id = try await controlPlane.startCycle("hooked")
            for _ in 0..<3 { try await Fleet.carryOut([agent], of: controlPlane) }
            let cycle = try await controlPlane.cycle(id, "completed") { $0.state == "completed" }
            let documents = try #require(cycle.documents)
            #expect(documents.map(\.name) == ["drain-node", "smoke-test", "undrain-node"])
            #expect(
                documents.map(\.runs) == [
                    ["early: before-install"], ["early: after-reboot", "probe"], ["early: on-exit"],
                ]
            )
            let orders = await agent.orders
            #expect(orders.map(\.version) == [1, 2, 2])
            #expect(orders[1].hooks?.beforeInstall?.name == "drain-node" && orders[1].hooks?.afterInstall == nil)
            let run = try await controlPlane.questions.run(id)
            #expect(run.status == RunStatus("Success"))
            #expect(
                run.invocations.map { $0.steps.map { "\($0.hook ?? "run") \($0.name)" } } == [
                    [
                        "before-install stop-units", "after-reboot system-is-up", "after-reboot no-failed-units",
                        "after-reboot room-on-root", "on-exit start-units",
                    ],
                    ["run system-is-up", "run no-failed-units", "run room-on-root"],
                ]
            )
        }
    }

    @Test("More steps, or more of their output, than a host may tell are refused")
    func hostile() async throws {
        try await withControlPlane { controlPlane in
            let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"])
            let agent = fleet.agents[0]
            _ = try await controlPlane.services.runs.start(Self.request(), key: nil)
            let order = try #require(try await agent.nextOrder(of: controlPlane))
            let step = await agent.host.run(HostileStep.step)
            for steps in [Array(repeating: step, count: 81), [HostileStep.result(step)]] {
                var report = await agent.report(.ran(kind: nil, detail: nil), on: order, at: controlPlane.clock.now)
                report.steps = steps
                await #expect(throws: Problem.self) { try await agent.send([report], to: controlPlane) }
            }
        }
    }

    private enum HostileStep {
        static let step = Order.Step(name: "s", work: .command(["x"]), timeoutSeconds: 60)

        static func result(_ step: StepResult) -> StepResult {
            var step = step
            step.output = String(repeating: "x", count: 1_001)
            return step
        }
    }
}
