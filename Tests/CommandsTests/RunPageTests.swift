import Commands
import Domain
import ReadModels
import Testing

@Suite("Runs on the command line")
struct RunPageTests {
    @Test("Targets are keys and values as Run Command has them, in any letter case")
    func targets() throws {
        let targets = try [
            "tag:patch group=AL2023-early,AL2023-main", "site=Frankfurt", "INSTANCEIDS=mi-1,mi-2", "tag:ring=late",
            "tag:Owner=shop", "tag:Owner=bank", "tag:Tier=1",
        ]
        .map(RunTargets.init(argument:))
        let expected = TargetSelector(
            rings: ["late"],
            patchGroups: ["AL2023-early", "AL2023-main"],
            sites: ["Frankfurt"],
            nodes: ["mi-1", "mi-2"],
            tags: [TagMatch(keys: ["Owner"], values: ["shop", "bank"]), TagMatch(keys: ["Tier"], values: ["1"])]
        )
        #expect(RunTargets.selector(targets) == expected)
        #expect(RunTargets.selector(Array(targets.prefix(1))).nodes == nil)
    }

    @Test("What is no target is said", arguments: ["early", "tag:ring=", "=x", "tag:=x", "Name=x", ""])
    func wrong(text: String) { #expect(throws: (any Error).self) { try RunTargets(argument: text) } }

    @Test(
        "A run is good when hosts did what it was for, but for failures that are tolerated",
        arguments: [
            (RunStatus("Success"), true), (RunStatus("Failed", "Incomplete"), true), (RunStatus("Failed"), false),
            (RunStatus("Failed", "NoInstancesInTag"), false), (RunStatus("TimedOut", "DeliveryTimedOut"), false),
            (RunStatus("Cancelled"), false),
        ]
    )
    func good(status: RunStatus, isGood: Bool) { #expect(status.isGood == isGood) }

    private static func run(_ status: RunStatus, _ invocations: [InvocationView]) -> RunView {
        RunView(
            id: "run-7f3a",
            workflow: "run",
            state: "completed",
            reason: nil,
            status: status,
            startedAt: Sample.start,
            startedBy: "ana",
            endedAt: nil,
            documents: [
                DocumentView(name: "command", description: nil, digest: Sample.plan, steps: ["command"], runs: ["run"])
            ],
            targets: invocations.count,
            completed: 1,
            errors: 1,
            invocations: invocations
        )
    }

    private static func step(_ name: String, _ state: String, _ code: Int?, output: String = "") -> StepView {
        StepView(hook: nil, name: name, state: state, exitCode: code, milliseconds: 20, attempts: 1, output: output)
    }

    @Test("A page shows each host with the step that decided, and its output when asked for")
    func page() {
        let steps = [
            Self.step("one", "succeeded", 0), Self.step("two", "failed", 7, output: "no\u{1b}[31m such\nunit"),
        ]
        let failed = InvocationView(
            node: "mi-1",
            name: "web-1",
            stage: "run",
            state: "failed",
            status: RunStatus("Failed"),
            detail: "step two ended with exit code 7",
            steps: steps
        )
        let view = Self.run(RunStatus("Failed", "Incomplete"), [failed])
        let lines = RunPage(view, outputOf: "web-1").lines(OutputStyle())
        #expect(lines.contains("status    Failed (Incomplete)"))
        #expect(lines.contains("document  command 3f9a0c21d4e8"))
        #expect(lines.contains("hosts     1 host, 1 ended, 1 failed"))
        #expect(lines.contains { $0.contains("web-1") && $0.contains("two") && $0.contains("7") })
        #expect(lines.contains("two: failed, exit code 7, 20 ms"))
        #expect(lines.contains("  unit"))
        #expect(!lines.joined().contains("\u{1b}"))
        #expect(RunPage(view, outputOf: "mi-9").lines(OutputStyle()).last == "mi-9 is not among the hosts")
    }

    @Test("A host run's state is one of Run Command's")
    func hostStatus() {
        func details(_ state: HostRunState, _ failure: String? = nil, isHalted: Bool = false) -> String {
            let status = RunStatus(of: state, failure: failure, isHalted: isHalted)
            return "\(status.status)/\(status.details)"
        }
        #expect(details(.queued) == "Pending/Pending")
        #expect(details(.accepted) == "InProgress/InProgress")
        #expect(details(.rebooting) == "InProgress/InProgress")
        #expect(details(.succeeded) == "Success/Success")
        #expect(details(.failed, "script") == "Failed/Failed")
        #expect(details(.failed, "timeout") == "TimedOut/ExecutionTimedOut")
        #expect(details(.timedOut) == "TimedOut/ExecutionTimedOut")
        #expect(details(.unknown) == "TimedOut/DeliveryTimedOut")
        #expect(details(.missedWindow) == "TimedOut/DeliveryTimedOut")
        #expect(details(.missedWindow, isHalted: true) == "Cancelled/Terminated")
        #expect(details(.cancelled) == "Cancelled/Cancelled")
    }

    @Test("So is a run's, by its cycle and its counts")
    func runStatus() {
        func details(_ state: CycleState, _ counts: [HostRunState: Int] = [:]) -> String {
            var all = HostRunCounts()
            for (state, count) in counts { all[state] = count }
            return RunStatus(of: state, all).details
        }
        #expect(details(.running) == "Pending")
        #expect(details(.running, [.ordered: 2]) == "Pending")
        #expect(details(.running, [.accepted: 1]) == "InProgress")
        #expect(details(.aborting, [.accepted: 1]) == "Cancelling")
        #expect(details(.aborted) == "Cancelled")
        #expect(details(.halted, [.failed: 1]) == "Failed")
        #expect(details(.completed) == "NoInstancesInTag")
        #expect(details(.completed, [.succeeded: 2, .unknown: 1]) == "Success")
        #expect(details(.completed, [.succeeded: 2, .failed: 1]) == "Incomplete")
        #expect(details(.completed, [.unknown: 1]) == "DeliveryTimedOut")
    }
}
