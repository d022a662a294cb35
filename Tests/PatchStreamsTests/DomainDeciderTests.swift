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
        let approve = CycleMessage.approve(stage: "early", planDigest: "abc", roles: ["operator"])
        let decoded = try DomainDecider<Cycle>.withoutEffects.decode(
            kind: approve.kind,
            body: DomainJSON.encode(approve)
        )
        #expect(decoded == approve)
    }

    @Test("A message under another one's name is an error that names both")
    func misnamed() throws {
        let body = try DomainJSON.encode(CycleMessage.resume)
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
            try decider.decide(.resume, Cycle(), context(Cycle.stream("c")))
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
            effects == [[], [.message(id: "activation/act-1@2.0", to: Node.stream("mi-1"), kind: "enrol", body: "{}")]]
        )
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
