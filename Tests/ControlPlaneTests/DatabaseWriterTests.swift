import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Crypto
import Domain
import DurableStreams
import Foundation
import HostAgent
import PatchStreams
import Postgres
import ReadModels
import TestSupport
import Testing
import Time

/// Somebody who may write to the database, and has no key.
@Suite("A writer of the database", .serialized, .timeLimit(.minutes(10)))
struct DatabaseWriterTests {
    @Test("makes no agent do what it writes into orders", arguments: DatabaseWriterScene.Writer.allCases)
    func orders(_ writer: DatabaseWriterScene.Writer) async throws {
        try await DatabaseWriterScene.with(writer) { scene in
            let (victim, other) = (scene.fleet.agents[0], scene.fleet.agents[1])
            let genuine = try await scene.delivered(to: victim)
            let others = try await scene.delivered(to: other)
            for (what, envelope, reason) in try forgeries(of: genuine, others) {
                try await scene.replaceOrders(of: victim, with: envelope)
                let delivered = try await scene.delivered(to: victim)
                #expect(delivered.payload == envelope.payload, "\(what): the test does not reach the agent")
                #expect(delivered.keyVersion == nil, "\(what): the writer speaks of keys")
                expectRefused(scene.reception(of: delivered, by: victim, AgentState()), reason, what)
            }
            try await scene.replaceOrders(of: victim, with: genuine)
            guard case .take = scene.reception(of: try await scene.delivered(to: victim), by: victim, AgentState())
            else {
                Issue.record("the genuine order is refused")
                return
            }
        }
    }

    @Test("brings no order back that was genuine once", arguments: DatabaseWriterScene.Writer.allCases)
    func replays(_ writer: DatabaseWriterScene.Writer) async throws {
        try await DatabaseWriterScene.with(writer) { scene in
            let victim = scene.fleet.agents[0]
            let genuine = try await scene.delivered(to: victim)
            var former = try DomainJSON.decode(Order.self, from: genuine.payload)
            (former.id, former.issued) = ("before#0#1", former.issued - .seconds(3_600))
            former.window.opens = former.issued
            let replay = try scene.deployment.orderKey.seal(former)
            guard case .take(let order) = scene.reception(of: genuine, by: victim, AgentState()) else {
                Issue.record("the genuine order is refused")
                return
            }
            var state = AgentState()
            let now = scene.controlPlane.clock.now
            state.apply(JournalRecord(at: now, .taken(order)))
            state.apply(JournalRecord(at: now, .run(.accepted)))
            state.apply(JournalRecord(at: now, .run(.ended(.scanned(inventory: "d")))))
            try await scene.replaceOrders(of: victim, with: replay)
            let delivered = try await scene.delivered(to: victim)
            expectRefused(scene.reception(of: delivered, by: victim, state), .replayed, "a former order")
            try await scene.replaceOrders(of: victim, with: genuine)
            let again = scene.reception(of: try await scene.delivered(to: victim), by: victim, state)
            guard case .repeated = again else {
                Issue.record("an order that ended is done again")
                return
            }
        }
    }

    @Test("changes nothing of what was decided")
    func decisions() async throws {
        try await DatabaseWriterScene.with(.application) { scene in
            try await scene.fleet.scan(scene.cycle, of: scene.controlPlane)
            for change in [
                "UPDATE commit SET events = '[]'", "DELETE FROM commit", "TRUNCATE commit",
                "UPDATE content SET body = ''",
                "DELETE FROM content", "UPDATE inbox SET actor = 'ana'", "UPDATE \"order\" SET body = ''",
                "UPDATE answer SET position = 1",
            ] {
                let error = await #expect(throws: PostgresError.self) { try await scene.run(change) }
                #expect(error?.code == .insufficientPrivilege, "\(change)")
            }
        }
    }

    @Test("speaks to the inbox in nobody's name, not even where a person retries what it wrote")
    func messages() async throws {
        try await DatabaseWriterScene.with(.application) { scene in
            try await scene.fleet.scan(scene.cycle, of: scene.controlPlane)
            let engine = scene.controlPlane.services.engine
            try await scene.approve(
                as: "ana",
                seals: [
                    "NULL", "decode(repeat('00', 32), 'hex')", "(SELECT substring(seal FROM 33) FROM commit LIMIT 1)",
                ]
            )
            let status = try await scene.controlPlane.eventually("set aside") {
                try await engine.status()
            } until: {
                $0.setAsideCount == 3
            }
            #expect(Set(status.setAside.map(\.id)) == ["forged-0", "forged-1", "forged-2"])
            let retry = SettleMessage(message: "forged-0", stream: nil, reason: nil, by: "ben")
            let problem = await #expect(throws: Problem.self) { try await engine.retry(retry, key: "r") }
            #expect(problem?.code == "message-not-sealed")
            let gate = try await scene.controlPlane.cycle(scene.cycle).stage("scan")?.gate
            #expect(gate?.state == "open" && gate?.approvals.isEmpty == true)
            // Who approves in earnest is heard all the same.
            try await scene.controlPlane.approve("scan", of: scene.cycle)
            try await scene.controlPlane.cycle(scene.cycle, "past the gate") { $0.stage("scan")?.gate?.state != "open" }
        }
    }

    @Test("adds no commit that is believed, though its chain is right: that shard stands still, and others go on")
    func commits() async throws {
        try await DatabaseWriterScene.with(.application) { scene in
            try await scene.fleet.scan(scene.cycle, of: scene.controlPlane)
            let stream = Cycle.stream(scene.cycle)
            try await scene.commitApproval(to: stream, as: "ana")
            await #expect(throws: UnsealedRow.self) {
                try await scene.controlPlane.reader.fold(DomainDecider<Cycle>.withoutEffects, stream)
            }
            // The engine, which has the stream in memory, notices when it is to write behind that commit.
            let pause = CycleMessage.pause(reason: "a test")
            try await scene.controlPlane.sender.send([
                Message(
                    id: "pause",
                    stream: stream,
                    kind: pause.kind,
                    body: try DomainJSON.encode(pause),
                    actor: "ben",
                    receivedAt: scene.controlPlane.clock.now
                )
            ])
            let status = try await scene.controlPlane.services.engine.status()
            #expect(status.unsealedShards == [Int(stream.shard.rawValue)])
            #expect(status.waiting == 1, "what was sent in earnest is kept")
            try await scene.startCycle(beside: stream.shard)
            for agent in scene.fleet.agents { #expect(await agent.orders.count == 1, "the scan alone") }
        }
    }

    @Test("moves no host to where people target it: a host is what its stream says")
    func places() async throws {
        try await DatabaseWriterScene.with(.superuser) { scene in
            try await scene.fleet.scan(scene.cycle, of: scene.controlPlane)
            try await scene.run(
                "UPDATE node SET patch_group = 'Debian12-early', is_revoked = false, is_pending = false"
            )
            try await scene.controlPlane.approve("scan", of: scene.cycle)
            let view = try await scene.controlPlane.cycle(scene.cycle, "at its early stage") {
                $0.stage("early")?.lanes.isEmpty == false
            }
            #expect(view.stage("early")?.lanes.map(\.counts.targets) == [1])
        }
    }

    @Test("changes no inventory that a plan is made of")
    func inventories() async throws {
        try await DatabaseWriterScene.with(.superuser) { scene in
            try await scene.fleet.scan(scene.cycle, of: scene.controlPlane)
            let select = Statement.unprepared("SELECT digest FROM content WHERE kind = 'inventory'")
            let digests = try await scene.writer.batch([select])[0].column(0, as: String.self)
            try await scene.run("UPDATE content SET body = replace(body, '3.0.2', '9.9.9') WHERE kind = 'inventory'")
            await #expect(throws: ContentChanged.self) {
                try await scene.controlPlane.content.inventories.load(digests)
            }
        }
    }

    @Test("who changes a frozen plan stops the cycle: it is neither shown nor carried out")
    func plan() async throws {
        try await DatabaseWriterScene.with(.superuser) { scene in
            try await scene.fleet.scan(scene.cycle, of: scene.controlPlane)
            let digest = try await scene.controlPlane.cycle(scene.cycle).planDigest
            try await scene.run("UPDATE content SET body = replace(body, '3.0.2', '9.9.9') WHERE kind = 'plan'")
            await #expect(throws: ContentChanged.self) {
                try await scene.controlPlane.questions.plan(ofCycle: scene.cycle)
            }
            try await scene.controlPlane.approve("scan", of: scene.cycle)
            let view = try await scene.controlPlane.cycle(scene.cycle, "halted") { $0.state == "halted" }
            #expect(view.reason?.contains("what is stored as \(digest ?? "") has another digest") == true)
            for agent in scene.fleet.agents { #expect(await agent.orders.count == 1, "the scan alone") }
        }
    }

    // MARK: - Steps

    private func forgeries(
        of genuine: OrderEnvelope,
        _ others: OrderEnvelope
    ) throws -> [(what: String, OrderEnvelope, RefusalReason)] {
        let order = try DomainJSON.decode(Order.self, from: genuine.payload)
        let (cutoff, closes) = (order.window.cutoff.microseconds, order.window.closes.microseconds)
        let longer = genuine.payload.replacing("\"cutoff\":\(cutoff)", with: "\"cutoff\":\(closes)")
        try #require(longer != genuine.payload)
        let own = try OrderSigningKey().seal(order)
        return [
            ("no signature", OrderEnvelope(payload: genuine.payload, signature: ""), .badSignature),
            ("a key of its own", own, .badSignature),
            (
                "a key of its own that it calls new",
                OrderEnvelope(payload: own.payload, signature: own.signature, keyVersion: 99), .badSignature
            ),
            ("a longer window", OrderEnvelope(payload: longer, signature: genuine.signature), .badSignature),
            (
                "another order's signature", OrderEnvelope(payload: genuine.payload, signature: others.signature),
                .badSignature
            ),
            ("another node's order", others, .otherNode),
        ]
    }

    private func expectRefused(_ reception: Reception, _ reason: RefusalReason, _ what: String) {
        guard case .refuse(let refusal, _) = reception else {
            Issue.record("\(what) is not refused: \(reception)")
            return
        }
        #expect(refusal.reason == reason, "\(what): \(refusal.detail)")
    }
}
