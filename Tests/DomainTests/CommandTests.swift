import Domain
import Testing
import Time

@Suite("Commands of SSM's API")
struct CommandTests {
    private static let library = [
        Document(name: "smoke-test", steps: [DocumentStep(name: "look", work: .command(["/bin/true"]))])
    ]

    private static func script(_ parameters: [String: [String]] = [:]) -> SentCommand {
        SentCommand(
            documentName: "AWS-RunShellScript",
            parameters: ["commands": ["echo 'a b'", "exit 3"]].merging(parameters) { $1 },
            targets: [CommandTarget(key: "tag:Patch Group", values: ["web-early"])]
        )
    }

    private static func patch(_ operation: String, _ parameters: [String: [String]] = [:]) -> SentCommand {
        SentCommand(
            documentName: "AWS-RunPatchBaseline",
            parameters: ["Operation": [operation]].merging(parameters) { $1 },
            instanceIDs: ["mi-0"],
            maxErrors: "10%"
        )
    }

    private static func definition(_ command: SentCommand, until end: Timestamp? = nil) throws -> WorkflowDefinition {
        let name = CommandDocument.name(of: command.documentName)
        let document = try #require(CommandDocument.all(with: library).first { $0.name == name })
        return try command.definition(of: document, site: "London", hooks: library, until: end)
    }

    private static func start(_ command: SentCommand) throws -> CycleStart {
        let definition = try definition(command)
        return CycleStart(definition: definition, definitionDigest: "d", opensWindowsNow: true, command: command)
    }

    private static func cycle(_ command: SentCommand) throws -> Stream<Cycle> {
        var stream = Stream<Cycle>()
        try stream.send(.start(try start(command)), at: seconds(0))
        return stream
    }

    // MARK: - Definitions

    @Test("A script is its lines, in a folder that no shell reads, within its timeout")
    func scriptStage() throws {
        let command = Self.script(["workingDirectory": ["/srv/$(reboot)"], "executionTimeout": ["60"]])
        let definition = try Self.definition(command, until: seconds(9))
        #expect(definition.name == "run" && definition.flaw == nil)
        let stage = try #require(definition.stages.first)
        let step = try #require(stage.documents.first?.steps.first)
        let text = "cd -- \"$AWS_SSM_WORKING_DIRECTORY\" || exit 1\necho 'a b'\nexit 3\n"
        #expect(step.work == .script(text, shell: .bash))
        #expect(step.environment == ["AWS_SSM_WORKING_DIRECTORY": "/srv/$(reboot)"])
        #expect(step.timeoutSeconds == 60)
        let rules = try #require(stage.laneRules)
        #expect(rules.targets == TargetSelector(patchGroups: ["web-early"], sites: ["London"]))
        #expect(rules.rateControl == RateControl(maxConcurrency: .count(50), maxErrors: .count(0)))
        #expect(rules.window.durationSeconds == 3_600 + 60 && rules.window.endDate == seconds(9))
        #expect(rules.deliverySeconds == 3_600 && rules.hostRunSeconds == 60 + 900 + 3_600)
    }

    @Test("A scan reports, an install has a plan between, with its hooks and without a reboot where none is wanted")
    func patchStages() throws {
        let scan = try Self.start(Self.patch("Scan")).definition
        #expect(scan.stages.map(\.name) == ["scan", "report"] && scan.flaw == nil && !scan.installs)
        var command = Self.patch("Install", ["RebootOption": ["NoReboot"], "OnExitHookDocName": ["smoke-test"]])
        #expect(
            throws: CommandRefusal.invalidParameters(
                "the document AWS-RunPatchBaseline has no parameter OnExitHookDocName"
            )
        ) {
            try Self.start(command)
        }
        command.documentName = "arn:aws:ssm:us-east-1:123456789012:document/AWS-RunPatchBaselineWithHooks"
        let install = try Self.start(command).definition
        #expect(install.stages.map(\.name) == ["scan", "install", "report"] && install.flaw == nil && install.installs)
        let stage = install.stages[1]
        guard case .install(let rules, .never) = stage.work else { throw Problem() }
        #expect(stage.hooks == Hooks(onExit: Self.library[0]))
        #expect(rules.targets == TargetSelector(sites: ["London"], nodes: ["mi-0"]))
        #expect(rules.rateControl.maxErrors == .percent(10))
        #expect(rules.hostRunSeconds == 10_800 + 3_600 + 900)
    }

    private struct Problem: Error {}

    @Test(
        "What a document does not take is refused",
        arguments: [
            ("AWS-RunPatchBaseline", [:], "needs the parameter Operation"),
            ("AWS-RunPatchBaseline", ["Operation": ["Delete"]], "none of Scan, Install"),
            ("AWS-RunPatchBaseline", ["Operation": ["Scan", "Install"]], "takes one value, not 2"),
            ("AWS-RunPatchBaseline", ["Operation": ["Scan"], "BaselineOverride": ["s3://a/b"]], "not offered"),
            ("AWS-RunPatchBaseline", ["Operation": ["Scan"], "SnapshotId": ["x"]], "neither empty nor a UUID"),
            ("AWS-RunPatchBaseline", ["Operation": ["Scan"], "StepTimeoutSeconds": ["0"]], "no number of seconds"),
            ("AWS-RunShellScript", [:], "needs the parameter commands"),
            ("AWS-RunShellScript", ["commands": []], "needs a value"),
            ("AWS-RunShellScript", ["commands": ["a\0"]], "NUL character"),
            ("AWS-RunShellScript", ["commands": ["a"], "executionTimeout": ["4"]], "5 to 86400"),
            (
                "AWS-RunPatchBaselineWithHooks", ["Operation": ["Scan"], "PreInstallHookDocName": ["none"]],
                "no document here"
            ),
            ("smoke-test", ["commands": ["a"]], "has no parameter commands"),
        ] as [(String, [String: [String]], String)]
    )
    func invalid(name: String, parameters: [String: [String]], words: String) {
        let command = SentCommand(documentName: name, parameters: parameters)
        let refusal = #expect(throws: CommandRefusal.self) { try Self.start(command) }
        guard case .invalidParameters(let reason) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(reason.contains(words), "\(reason)")
    }

    @Test("Hooks are asked for by their names, where the document takes some")
    func hookNames() throws {
        let hooks = ["OnExitHookDocName": ["smoke-test"], "PreInstallHookDocName": ["AWS-Noop"]]
        let command = Self.patch("Install", hooks)
        let named = CommandDocument.aws.filter { !command.hookNames(of: $0).isEmpty }
        #expect(named.map { command.hookNames(of: $0) } == [["smoke-test"]])
    }

    @Test("So are targets and rates that there are not")
    func unfit() {
        var command = SentCommand(documentName: "smoke-test")
        #expect(throws: Never.self) { try Self.start(command) }
        command.targets = [CommandTarget(key: "resource-groups:Name", values: ["x"])]
        #expect(throws: CommandRefusal.self) { try Self.start(command) }
        command.targets = []
        command.maxErrors = "101%"
        #expect(throws: CommandRefusal.self) { try Self.start(command) }
    }

    @Test(
        "Targets must hold together; no value is a pattern, and any tag selects",
        arguments: [
            ([("INSTANCEIDS", ["mi-1", "mi-2"])], TargetSelector(sites: ["a"], nodes: ["mi-1", "mi-2"])),
            (
                [("tag:PatchGroup", ["g", "h"]), ("tag:Patch Group", ["h"])],
                TargetSelector(patchGroups: ["h"], sites: ["a"])
            ),
            ([("tag:PatchGroup", ["*"])], TargetSelector(sites: ["a"], nodes: [])),
            (
                [("tag:Name", ["web", "db"]), ("tag:PatchGroup", ["g"]), ("tag-key", ["Owner", "Team"])],
                TargetSelector(
                    patchGroups: ["g"],
                    sites: ["a"],
                    tags: [TagMatch(keys: ["Name"], values: ["web", "db"]), TagMatch(keys: ["Owner", "Team"])]
                )
            ),
            (
                [("tag-key", ["Patch Group"])],
                TargetSelector(sites: ["a"], tags: [TagMatch(keys: ["Patch Group", "Patch Group", "PatchGroup"])])
            ),
            ([("Tag:PatchGroup", ["g"])], nil),
        ] as [([(String, [String])], TargetSelector?)]
    )
    func targets(targets: [(String, [String])], selector: TargetSelector?) {
        let command = SentCommand(
            documentName: "x",
            targets: targets.map { CommandTarget(key: $0.0, values: $0.1) }
        )
        #expect(command.selector(site: "a") == selector)
    }

    @Test("The id of a command and the name of its cycle are one thing")
    func ids() {
        let id = "0f0b7c2e-8a52-4c1b-9d5e-7f2f3b8a1c00"
        #expect(SentCommand.id(ofCycle: SentCommand.cycle(ofCommand: id)) == id)
        for name in ["run-0a1b2c3d4e", "nightly-" + id, "run-" + id.uppercased(), id] {
            #expect(SentCommand.id(ofCycle: name) == nil, "\(name)")
        }
    }

    // MARK: - Cycles

    @Test("A scan alone freezes no plan and ends with its report")
    func scans() throws {
        var stream = try Self.cycle(Self.patch("Scan"))
        try stream.send(.lanesOpened(stage: "scan", lanes: [.sample("s")]), at: seconds(1))
        let ended = try stream.send(.laneEnded(.sample("s")), at: seconds(2))
        #expect(ended.effects == [.task(.writeReport)])
        try stream.send(.reportWritten(digest: "r"), at: seconds(3))
        #expect(stream.state.state == .completed && stream.state.plan == nil)
        try stream.checkFold("")
    }

    @Test("One whose lane halts lets the others go on, and has failed when they have ended, without a person")
    func halts() throws {
        var stream = try Self.cycle(Self.patch("Install"))
        try stream.send(.lanesOpened(stage: "scan", lanes: [.sample("s1"), .sample("s2")]), at: seconds(1))
        #expect(try stream.send(.laneHalted(rollout: "s1", errors: 1), at: seconds(2)).effects == [])
        try stream.send(.laneEnded(.sample("s1", failed: 1, haltErrors: 1)), at: seconds(3))
        #expect(stream.state.state == .halted)
        try stream.send(.laneEnded(.sample("s2")), at: seconds(4))
        #expect(stream.state.state == .failed && stream.state.failure?.contains("threshold") == true)
        try stream.checkFold("")
    }

    @Test("What its worker gives up fails it; what a person pauses waits")
    func givesUp() throws {
        var stream = try Self.cycle(Self.script())
        try stream.send(.pause(reason: "look"), at: seconds(1))
        #expect(stream.state.state == .paused)
        try stream.send(.taskFailed(.openLanes(stage: "run"), error: "no window"), at: seconds(2))
        #expect(stream.state.state == .failed && stream.state.failure == "open-lanes failed: no window")
    }

    @Test(
        "One whose nodes have other work asks for them again, at longer and longer intervals, until its delivery timeout"
    )
    func busy() throws {
        var stream = try Self.cycle(Self.script())
        let task = CycleEffect.task(.openLanes(stage: "run"))
        var (time, asked) = (0, 0)
        while stream.state.step == .openingLanes {
            let told = try stream.send(.nodesBusy(stage: "run", reason: "mi-1 has work"), at: seconds(time))
            #expect(told.effects == [])
            // A worker that answers twice is heard once.
            #expect(try stream.send(.nodesBusy(stage: "run", reason: "again"), at: seconds(time)).events == [])
            guard let until = stream.state.wakeAt else { break }
            let wait = until - seconds(time)
            #expect(wait >= .seconds(15) || until == seconds(3_600), "\(time)")
            #expect(wait <= .seconds(450) && until <= seconds(3_600), "\(time)")
            time += Int(wait.components.seconds)
            #expect(try stream.send(.wake, at: seconds(time)).effects == [task])
            asked += 1
        }
        #expect(stream.state.state == .failed && time == 3_600 && asked < 50, "\(asked)")
        #expect(stream.state.failure?.hasSuffix("mi-1 has work") == true && stream.state.lanesWait != nil)
        try stream.checkFold("")
    }

    @Test("While it waits it can be cancelled at once and paused; when the nodes are free it runs")
    func free() throws {
        var stream = try Self.cycle(Self.script())
        try stream.send(.nodesBusy(stage: "run", reason: "mi-1 has work"), at: seconds(1))
        var cancelled = stream
        try cancelled.send(.abort(reason: "cancelled"), at: seconds(2))
        #expect(cancelled.state.state == .aborted && cancelled.state.wakeAt == nil)
        try stream.send(.pause(reason: "look"), at: seconds(2))
        #expect(stream.state.wakeAt == nil)
        let resumed = try stream.send(.resume(reason: nil), at: seconds(100))
        #expect(resumed.effects == [.task(.openLanes(stage: "run"))])
        // Whom a worker is asked for is not yet known not to be in flight.
        var aborted = stream
        try aborted.send(.abort(reason: "cancelled"), at: seconds(101))
        #expect(aborted.state.state == .aborting)
        try aborted.send(.nodesBusy(stage: "run", reason: "mi-1 has work"), at: seconds(102))
        #expect(aborted.state.state == .aborted)
        try stream.send(.lanesOpened(stage: "run", lanes: [.sample("r1")]), at: seconds(101))
        #expect(stream.state.step == .runningLanes && stream.state.lanesWait == nil)
        try stream.checkFold("")
    }

    @Test("A command that waits for a node asks again at once when that node is cancelled")
    func cancelledNode() throws {
        var stream = try Self.cycle(Self.script())
        let stage = "run"
        try stream.send(.nodesBusy(stage: stage, reason: "mi-1 has work"), at: seconds(1))
        let told = try stream.send(.cancel(nodes: ["mi-1"]), at: seconds(2))
        #expect(told.events.last == .lanesAskedAgain(stage: stage, at: seconds(2)))
        #expect(told.effects == [.task(.openLanes(stage: stage))])
        #expect(try stream.send(.cancel(nodes: ["mi-1"]), at: seconds(3)).events.isEmpty)
        let opened = try stream.send(.lanesOpened(stage: stage, lanes: [.sample("r1")]), at: seconds(4)).effects
        #expect(opened == [.tell(rollout: "r1", .resume(revision: 1, by: "ada", cancelled: ["mi-1"]))])
        let later = try stream.send(.cancel(nodes: ["mi-2", "mi-1"]), at: seconds(5)).effects
        #expect(later == [.tell(rollout: "r1", .cancel(nodes: ["mi-2"]))])
        try stream.checkFold("")
    }

    @Test("A lane of a command that halts sends nothing more, and ends with the hosts at work")
    func lane() throws {
        var spec = RolloutSpec.sample(targets: 3, operation: .run(Self.library[0]))
        spec.rateControl = RateControl(maxConcurrency: .count(2), maxErrors: .count(0))
        spec.endsWhenHalted = true
        var stream = Stream<Rollout>()
        try stream.send(.open(spec), at: seconds(0))
        try stream.send(.resume(revision: 1, by: "ada"), at: seconds(1_000))
        try stream.send(.report(0, 1, .ran(.script, detail: "exit code 1")), at: seconds(1_010))
        #expect(stream.state.hostStates == [.failed, .ordered, .missedWindow])
        try stream.send(.report(1, 1, .ran(nil, detail: nil)), at: seconds(1_011))
        #expect(stream.state.phase == .ended && stream.state.haltErrors == 1)
        try stream.checkFold("")
    }

    @Test("A window that opens at once is cut by its end date, and does not open behind it")
    func endDate() {
        let rule = WindowRule(opens: .now, zone: .site, durationSeconds: 100, cutoffSeconds: 10, endDate: seconds(95))
        let cut = WindowOccurrence(opens: seconds(0), cutoff: seconds(90), closes: seconds(95))
        #expect(rule.occurrence(opening: seconds(0)) == cut)
        #expect(rule.occurrence(opening: seconds(20)).cutoff == seconds(95))
    }
}
