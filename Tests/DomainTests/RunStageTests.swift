import Domain
import Foundation
import Testing
import Time

@Suite("A run of a document")
struct RunStageTests {
    private static let document = Document(
        name: "probe",
        steps: [DocumentStep(name: "look", work: .command(["/bin/true"]))]
    )

    private static func start(gate: Gate? = nil, stages: Int = 1) -> CycleStart {
        let rules = LaneRules(
            targets: TargetSelector(rings: ["early"]),
            window: WindowRule(opens: .now, zone: .site, durationSeconds: 3_600, cutoffSeconds: 0),
            rateControl: RateControl(maxConcurrency: .count(1), maxErrors: .count(0))
        )
        let definition = WorkflowDefinition(
            name: "run",
            zone: "UTC",
            starts: nil,
            sites: [],
            baselines: [],
            stages: (1...stages).map { Stage(name: "run-\($0)", work: .run(rules, document), gate: gate) }
        )
        return CycleStart(definition: definition, definitionDigest: "d", opensWindowsNow: true)
    }

    private static func cycle(_ start: CycleStart) throws -> Stream<Cycle> {
        var stream = Stream<Cycle>()
        try stream.send(.start(start), at: seconds(0))
        return stream
    }

    // MARK: - Cycles

    @Test("A cycle of runs alone ends with its last stage")
    func completes() throws {
        var stream = try Self.cycle(Self.start(stages: 2))
        for number in 1...2 {
            #expect(stream.state.state == .running)
            try stream.send(.lanesOpened(stage: "run-\(number)", lanes: [.sample("r\(number)")]), at: seconds(1))
            try stream.send(.laneEnded(.sample("r\(number)")), at: seconds(2))
        }
        #expect(stream.state.state == .completed)
        try stream.checkFold("")
    }

    @Test("Without targets it is over at once")
    func empty() throws {
        var stream = try Self.cycle(Self.start())
        try stream.send(.lanesOpened(stage: "run-1", lanes: []), at: seconds(1))
        #expect(stream.state.state == .completed)
    }

    @Test(
        "One that halts waits for a person while hosts are queued, and has failed when nothing is left to decide about"
    )
    func fails() throws {
        var stream = try Self.cycle(Self.start())
        try stream.send(.lanesOpened(stage: "run-1", lanes: [.sample("r1"), .sample("r2")]), at: seconds(1))
        try stream.send(.laneEnded(.sample("r1", failed: 1, haltErrors: 1)), at: seconds(2))
        #expect(stream.state.state == .halted)
        try stream.send(.laneEnded(.sample("r2")), at: seconds(3))
        #expect(stream.state.state == .failed)
        #expect(stream.state.failure == "1 error in r1 is more than its threshold allows")
        try stream.checkFold("")
    }

    @Test("A stage that halts before others holds the cycle for a person")
    func holdsOthers() throws {
        var stream = try Self.cycle(Self.start(stages: 2))
        try stream.send(.lanesOpened(stage: "run-1", lanes: [.sample("r1")]), at: seconds(1))
        try stream.send(.laneEnded(.sample("r1", failed: 1, haltErrors: 1)), at: seconds(2))
        #expect(stream.state.state == .halted)
        #expect(try stream.send(.resume(reason: nil), at: seconds(3)).effects == [.task(.openLanes(stage: "run-2"))])
    }

    @Test("Its gate holds, the last one's too")
    func gate() throws {
        var stream = try Self.cycle(Self.start(gate: Gate(soakSeconds: 60)))
        try stream.send(.lanesOpened(stage: "run-1", lanes: [.sample("r1")]), at: seconds(1))
        try stream.send(.laneEnded(.sample("r1")), at: seconds(2))
        #expect(stream.state.wakeAt == seconds(62))
        try stream.send(.wake, at: seconds(62))
        #expect(stream.state.state == .completed)
    }

    @Test("A document that no host may have keeps a cycle from starting")
    func flaw() {
        var start = Self.start()
        let steps = [DocumentStep(name: "look", work: .command([]))]
        let rules = start.definition.stages[0].laneRules
        start.definition.stages =
            rules.map { [Stage(name: "run", work: .run($0, Document(name: "x", steps: steps)))] } ?? []
        #expect(start.definition.flaw == "of a document, the step `look` names no program")
        #expect(throws: CycleRefusal.self) { try Self.cycle(start) }
    }

    // MARK: - Rollouts

    private static func rollout(_ document: Document = document, targets: Int = 2) throws -> Stream<Rollout> {
        var stream = Stream<Rollout>()
        try stream.send(.open(.sample(targets: targets, operation: .run(document))), at: seconds(0))
        try stream.send(.resume(revision: 1, by: "ada"), at: seconds(1_000))
        return stream
    }

    @Test("Its hosts end as the document did, and may restart on the way")
    func outcomes() throws {
        var stream = try Self.rollout()
        let boot = BootIdentity(bootID: "b", kernel: "k")
        for (number, fact) in [HostFact.accepted, .rebooting(boot), .verifying(boot), .ran(nil, detail: nil)]
            .enumerated()
        {
            try stream.send(.report(0, number + 1, fact), at: seconds(1_010))
        }
        #expect(stream.state.hostStates[0] == .succeeded)
        try stream.send(.report(1, 1, .ran(.script, detail: "exit code 1")), at: seconds(1_011))
        #expect(stream.state.hostStates[1] == .failed)
        #expect(stream.state.failures == [HostFailure(node: "mi-1", cause: "script")])
        try stream.checkFold("")
    }

    @Test(
        "What belongs to other operations is refused",
        arguments: [HostFact.installing, .scanned(inventory: "i"), .installedWell, .brokenDown]
    )
    func unfitting(fact: HostFact) throws {
        var stream = try Self.rollout()
        #expect(throws: RolloutRefusal.self) { try stream.send(.report(0, 1, fact), at: seconds(1_010)) }
        var scan = Stream<Rollout>()
        try scan.send(.open(.sample(targets: 1, operation: .scan)), at: seconds(0))
        try scan.send(.resume(revision: 1, by: "ada"), at: seconds(1_000))
        #expect(throws: RolloutRefusal.self) {
            try scan.send(.report(0, 1, .ran(nil, detail: nil)), at: seconds(1_010))
        }
    }

    @Test("The larger the document, the fewer hosts one decision orders; the rest follow at once")
    func batches() throws {
        let text = String(repeating: "x", count: 60_000)
        let large = Document(name: "large", steps: [DocumentStep(name: "s", work: .script(text, shell: .bash))])
        var stream = try Self.rollout(large, targets: 100)
        #expect(stream.state.counts[.ordered] == 34)
        #expect(stream.state.wakeAt.map { $0 <= seconds(1_000) } == true)
        try stream.send(.wake, at: seconds(1_000))
        try stream.send(.wake, at: seconds(1_000))
        #expect(stream.state.counts[.ordered] == 100)
    }

    // MARK: - Values

    @Test("Targets may be nodes by their ids; a selector from before is read as one for any")
    func nodes() throws {
        let selector = TargetSelector(sites: ["London"], nodes: ["mi-1"])
        #expect(selector.matches(node: "mi-1", site: "London", patchGroup: "g", tags: [:]))
        #expect(!selector.matches(node: "mi-2", site: "London", patchGroup: "g", tags: [:]))
        #expect(!selector.matches(node: "mi-1", site: "Paris", patchGroup: "g", tags: [:]))
        #expect(try coded(selector) == selector)
        let tagged = TargetSelector(tags: [
            TagMatch(keys: ["Owner"], values: ["shop", "bank"]), TagMatch(keys: ["Tier", "Class"]),
        ])
        #expect(try coded(tagged) == tagged)
        for (tags, isFor) in [
            (["Owner": "bank", "Class": ""], true), (["Owner": "shop", "Tier": "1"], true), (["Owner": "shop"], false),
            (["Owner": "Shop", "Tier": "1"], false), (["Tier": "1"], false),
        ] {
            #expect(tagged.matches(node: "mi-1", site: "a", patchGroup: "g", tags: tags) == isFor, "\(tags)")
        }
        let text = #"{"rings":["early"],"patchGroups":[],"sites":[]}"#
        let old = try JSONDecoder().decode(TargetSelector.self, from: Data(text.utf8))
        #expect(old == TargetSelector(rings: ["early"]))
    }

    @Test("What is stored of runs and hooks comes back", arguments: [nil, StepOutcome.State.skipped])
    func stored(state: StepOutcome.State?) throws {
        let spec = RolloutSpec.sample(targets: 1, operation: .run(Self.document))
        #expect(try coded(spec) == spec)
        let hooks = Hooks(afterReboot: Self.document)
        let work = InstallWork(planDigest: "d", patchSets: [], setOfTarget: [], reboot: .never, hooks: hooks)
        #expect(try coded(work) == work)
        let step = StepOutcome(
            hook: state.map { _ in .onExit },
            name: "s",
            state: state ?? .failed,
            exitCode: 1,
            milliseconds: 5,
            attempts: 2,
            output: "o"
        )
        let report = HostReport(
            index: 0,
            attempt: 1,
            sequence: 2,
            happenedAt: seconds(0),
            fact: .ran(.timeout, detail: "late"),
            steps: [step]
        )
        #expect(try coded(report) == report)
    }
}
