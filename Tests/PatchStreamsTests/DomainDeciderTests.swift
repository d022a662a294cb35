import Domain
import DurableStreams
import PatchStreams
import Testing
import Time

@Suite("Aggregates on the engine")
struct DomainDeciderTests {
    private let moment = Timestamp(microseconds: 5)

    private func context(_ stream: StreamID) -> DecisionContext {
        DecisionContext(stream: stream, messageID: "m", actor: "ana", now: moment)
    }

    @Test("A message is read back as it was sent")
    func message() throws {
        let approve = CycleMessage.approve(stage: "early", planDigest: "abc", roles: ["operator"], reason: "fine")
        let decoded = try DomainDecider<Cycle>.withoutEffects.decode(
            kind: approve.kind,
            body: DomainJSON.encode(approve)
        )
        #expect(decoded == approve)
    }

    @Test("A message under another one's name is an error that names both")
    func misnamed() throws {
        let body = try DomainJSON.encode(CycleMessage.resume(reason: nil))
        let error = #expect(throws: (any Error).self) {
            try DomainDecider<Cycle>.withoutEffects.decode(kind: "abort", body: body)
        }
        #expect(error.map { "\($0)" } == "the message is called abort, but its body is that of resume")
    }

    @Test(
        "A cycle is told which of its tasks was given up, and why",
        arguments: [
            (#"{"freezePlan":{}}"#, CycleTask.freezePlan), (#"{"writeReport":{}}"#, .writeReport),
            (#"{"openLanes":{"stage":"main"}}"#, .openLanes(stage: "main")),
        ]
    )
    func failedTask(work: String, task: CycleTask) throws {
        let body = #"{"task":"cycle/c@4.0","kind":"any","work":\#(work),"error":"no \"zone\""}"#
        let message = try DomainDecider<Cycle>.withoutEffects.decode(kind: TaskRunner.failureKind, body: body)
        #expect(message == .taskFailed(task, error: #"no "zone""#))
    }

    @Test("A stream that asks for no tasks does not take a failed one")
    func unaskedTask() {
        #expect(throws: (any Error).self) {
            try DomainDecider<Node>.withoutEffects.decode(kind: TaskRunner.failureKind, body: "{}")
        }
    }

    @Test("A rule that forbids a message keeps its code and its sentence")
    func refusal() {
        let decider = DomainDecider<Cycle>.withoutEffects
        let refusal = CycleRefusal.notStarted(kind: "resume")
        #expect(throws: Refusal(code: "cycle-not-started", detail: refusal.detail)) {
            try decider.decide(.resume(reason: nil), Cycle(), context(Cycle.stream("c")))
        }
    }

    @Test("Effects carry ids that no other effect has")
    func origins() throws {
        let stream = Activation.stream("act-1")
        let decider = DomainDecider<Activation> { effect, _, origin in
            switch effect {
            case .tell(let node, _): .message(id: origin.id, to: Node.stream(node), kind: "enrol", body: "{}")
            }
        }
        let terms = ActivationTerms(
            activation: "act-1",
            codeHash: "h",
            maxUses: 1,
            expires: moment,
            site: "s",
            patchGroup: "g"
        )
        let facts = NodeFacts(hostname: "h", platform: "p", platformVersion: "1", architecture: "a", agentVersion: "1")
        let events: [ActivationEvent] = [
            .created(terms, by: "ana", at: moment),
            .used(ActivationUse(publicKey: "k", node: "mi-1", at: moment), facts: facts),
        ]
        var state = decider.initialState(of: stream)
        var effects: [[Effect]] = []
        for (index, event) in events.enumerated() {
            decider.evolve(&state, event)
            effects.append(
                try decider.effects(of: event, index: Int64(index + 1), state: state, context: context(stream))
            )
        }
        #expect(
            effects == [
                [],
                [.message(id: "activation/act-1@0000000002.0000", to: Node.stream("mi-1"), kind: "enrol", body: "{}")],
            ]
        )
    }

    @Test("Ids of later effects sort behind those of earlier ones, as messages of one moment are read")
    func order() {
        let places: [(event: Int64, number: Int)] = [(9, 0), (9, 2), (9, 10), (10, 0), (11, 0), (100, 0)]
        let ids = places.map { place in
            EffectOrigin(stream: Cycle.stream("c"), event: place.event, number: place.number, at: moment).id
        }
        #expect(ids == ids.sorted())
    }

    @Test("A rollout's name of the longest parts leaves room for the ids of its orders, reports and effects")
    func longestName() {
        func longest(_ count: Int) -> String { String(repeating: "x", count: count) }
        let name = RolloutName.of(
            cycle: longest(RolloutName.maximumWorkflow) + "-2026-11-25T02:00:00Z",
            stage: longest(RolloutName.maximumStage),
            site: longest(RolloutName.maximumSite),
            patchGroup: longest(RolloutName.maximumPatchGroup)
        )
        #expect(name.utf8.count <= 220)
        let order = OrderID(rollout: name, index: 999_999, attempt: 4_000_000_000).description
        #expect("\(order)/100/mi-0123456789abcdef0".utf8.count <= Limits.nameBytes)
        let effect = EffectOrigin(stream: Rollout.stream(name), event: .max, number: 999, at: moment)
        #expect(effect.id.utf8.count <= Limits.nameBytes)
    }

    @Test("The opening of a lane of 100,000 hosts, with 2,000 different sets of 40 patches, fits a message")
    func largestOpening() throws {
        let sets = (0..<2_000).map { set in
            (0..<40).map { Patch(name: "package-\(set)-\($0)", architecture: "amd64", version: "3.0.17-1~deb12u\($0)") }
        }
        let work = InstallWork(
            planDigest: String(repeating: "d", count: 64),
            patchSets: sets.map { PatchSet(patches: $0) },
            setOfTarget: (0..<100_000).map { $0 % sets.count },
            reboot: .ifNeeded
        )
        let spec = RolloutSpec(
            cycle: "c",
            stage: "main",
            rollout: "c/main/Frankfurt/Debian12-main",
            site: "Frankfurt",
            patchGroup: "Debian12-main",
            operation: .install(work),
            targets: (0..<100_000).map { "mi-\(10_000_000_000_000_000 + $0)" },
            window: WindowOccurrence(opens: moment, cutoff: moment, closes: moment),
            rateControl: RateControl(maxConcurrency: .percent(10), maxErrors: .percent(5))
        )
        let message = RolloutMessage.open(spec)
        let envelope = Message(
            id: "open",
            stream: Rollout.stream(spec.rollout),
            kind: message.kind,
            body: try DomainJSON.encode(message),
            actor: "worker/open-lanes",
            receivedAt: moment
        )
        try envelope.check()
    }

    @Test("What nothing carries out is an error that says so")
    func unexpectedEffect() throws {
        let decider = DomainDecider<Activation>.withoutEffects
        let terms = ActivationTerms(
            activation: "act-1",
            codeHash: "h",
            maxUses: 1,
            expires: moment,
            site: "s",
            patchGroup: "g"
        )
        let facts = NodeFacts(hostname: "h", platform: "p", platformVersion: "1", architecture: "a", agentVersion: "1")
        var state = Activation()
        decider.evolve(&state, .created(terms, by: "ana", at: moment))
        let used = ActivationEvent.used(ActivationUse(publicKey: "k", node: "mi-1", at: moment), facts: facts)
        decider.evolve(&state, used)
        #expect(throws: (any Error).self) {
            try decider.effects(of: used, index: 2, state: state, context: context(Activation.stream("act-1")))
        }
    }
}
