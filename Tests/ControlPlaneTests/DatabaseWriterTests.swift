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
    enum Writer: String, CaseIterable {
        /// A server process's role, after `db/roles.sql`.
        case application
        case superuser
    }

    @Test("makes no agent do what it writes into orders", arguments: Writer.allCases)
    func orders(_ writer: Writer) async throws {
        try await withScene(writer) { scene in
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

    @Test("brings no order back that was genuine once", arguments: Writer.allCases)
    func replays(_ writer: Writer) async throws {
        try await withScene(writer) { scene in
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

    @Test("changes nothing of what was decided, and an approval in somebody's name is for the frozen plan alone")
    func decisions() async throws {
        try await withScene(.application) { scene in
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
            try await scene.approve(digest: String(repeating: "0", count: 64), as: "ana")
            let gate = try await scene.controlPlane.cycle(scene.cycle).stage("scan")?.gate
            #expect(gate?.state == "open" && gate?.approvals.isEmpty == true)
        }
    }

    @Test("is believed where it speaks in somebody's name to the inbox: the log shows it, and nothing stops it")
    func whatIsLeft() async throws {
        try await withScene(.application) { scene in
            try await scene.fleet.scan(scene.cycle, of: scene.controlPlane)
            let digest = try #require(try await scene.controlPlane.cycle(scene.cycle).planDigest)
            try await scene.approve(digest: digest, as: "ana")
            let view = try await scene.controlPlane.cycle(scene.cycle, "past the gate") {
                $0.stage("scan")?.gate?.state != "open"
            }
            #expect(view.stage("scan")?.gate?.approvals.map(\.by) == ["ana"])
        }
    }

    @Test("who changes a frozen plan stops the cycle: it is neither shown nor carried out")
    func plan() async throws {
        try await withScene(.superuser) { scene in
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

    // MARK: - Given

    /// Two hosts with an order each, and somebody at their database.
    private struct Scene {
        let deployment: TestDeployment
        let controlPlane: TestControlPlane
        let fleet: Fleet
        let cycle: String
        let writer: PostgresClient

        func run(_ statement: String) async throws { _ = try await writer.query(.unprepared(statement)) }

        func delivered(to agent: FakeAgent) async throws -> OrderEnvelope {
            let agents = controlPlane.services.agents
            return try #require(try await agents.nextOrder(for: agent.node, wait: .seconds(60)))
        }

        /// As the agent of the host judges it, with the key that it was enrolled with.
        func reception(of envelope: OrderEnvelope, by agent: FakeAgent, _ state: AgentState) -> Reception {
            let keys = Data(base64Encoded: deployment.orderKey.publicKey).flatMap {
                try? Curve25519.Signing.PublicKey(rawRepresentation: $0)  // length is all it checks
            }
            let gate = OrderGate(node: agent.node, keys: keys.map { [$0] } ?? [])
            return state.receive(envelope, through: gate, at: controlPlane.clock.now)
        }

        func replaceOrders(of agent: FakeAgent, with envelope: OrderEnvelope) async throws {
            _ = try await writer.query(
                .unprepared("DELETE FROM \"order\" WHERE node = $1", [.text(agent.node)])
            )
            let insert = """
                INSERT INTO "order" (shard, node, id, stream, body, issued_at, ordinal)
                VALUES ($1, $2, 'forged', 'rollout/forged', $3, now(), 0)
                """
            let body = try DomainJSON.encode(envelope)
            let shard = Parameter.int16(Shard(of: agent.node).rawValue)
            _ = try await writer.query(.unprepared(insert, [shard, .text(agent.node), .text(body)]))
        }

        /// As a row of the inbox, which no server has sent.
        func approve(digest: String, as actor: String) async throws {
            let message = CycleMessage.approve(stage: "scan", planDigest: digest, roles: ["operator"], reason: nil)
            let insert = """
                INSERT INTO inbox (shard, received_at, stream, id, kind, body, actor)
                SELECT shard, now(), stream, 'forged', $2, $3, $4 FROM stream WHERE stream = $1
                """
            let texts = ["cycle/\(cycle)", message.kind, try DomainJSON.encode(message), actor]
            _ = try await writer.query(.unprepared(insert, texts.map { .text($0) }))
            try await controlPlane.settle()
        }
    }

    private func grantRoles(_ client: PostgresClient) async throws {
        let roles = try String(contentsOfFile: Repository.root + "/db/roles.sql", encoding: .utf8)
        do {
            try await client.withConnection { try await $0.script(roles, name: "db/roles.sql") }
        } catch is PostgresError {
            // A role belongs to the whole server: another test may have made it at the same moment.
            try await client.withConnection { try await $0.script(roles, name: "db/roles.sql, again") }
        }
    }

    private func withScene(_ writer: Writer, _ body: (Scene) async throws -> Void) async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { controlPlane in
                try await grantRoles(controlPlane.client)
                let client = try deployment.database.client {
                    if writer == .application { $0.sessionSettings["role"] = "ringmaster_application" }
                }
                let rings = ["early", "main"]
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: rings)
                let cycle = try await controlPlane.startCycle()
                let scene = Scene(
                    deployment: deployment,
                    controlPlane: controlPlane,
                    fleet: fleet,
                    cycle: cycle,
                    writer: client
                )
                do {
                    try await body(scene)
                    await client.close()
                } catch {
                    await client.close()
                    throw error
                }
            }
        }
    }
}
