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

/// Two hosts with an order each, and somebody at their database.
struct DatabaseWriterScene {
    enum Writer: String, CaseIterable {
        /// A server process's role, after `db/roles.sql`.
        case application
        case superuser
    }

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

    /// As rows of the inbox, which no server has sent, with seals that are expressions of SQL.
    func approve(as actor: String, seals: [String]) async throws {
        let digest = try #require(try await controlPlane.cycle(cycle).planDigest)
        let message = CycleMessage.approve(stage: "scan", planDigest: digest, roles: ["operator"], reason: nil)
        let texts = ["cycle/\(cycle)", message.kind, try DomainJSON.encode(message), actor]
        for (number, seal) in seals.enumerated() {
            let insert = """
                INSERT INTO inbox (shard, received_at, stream, id, kind, body, actor, seal)
                SELECT shard, now(), stream, 'forged-\(number)', $2, $3, $4, \(seal) FROM stream WHERE stream = $1
                """
            _ = try await writer.query(.unprepared(insert, texts.map { .text($0) }))
        }
    }

    /// Behind the shard's last commit and rightly chained: as a server would, with a key of its own.
    func commitApproval(to stream: StreamID, as actor: String) async throws {
        let digest = try #require(try await controlPlane.cycle(cycle).planDigest)
        let approval = Approval(by: actor, planDigest: digest, at: controlPlane.clock.now)
        let decider = DomainDecider<Cycle>.withoutEffects
        let event = try decider.encode(.approved(stage: "scan", approval))
        let store = PostgresStore(client: writer, sealKey: SealKey())
        let head = try await store.heads(of: [stream.shard])[0]
        let version = try await controlPlane.reader.events(of: stream).count + 1
        var commit = Commit(
            shard: stream.shard,
            position: head.position + 1,
            stream: stream,
            version: Int64(version),
            events: "[{\"type\":\"\(event.type)\",\"data\":\(event.data)}]",
            actor: actor,
            cause: "forged",
            at: controlPlane.clock.now,
            chain: []
        )
        commit.chain = Chain.value(of: commit, after: head.chain)
        var part = FlushPart(shard: stream.shard, predecessor: head, at: commit.at)
        part.commits = [commit]
        try await store.append(Flush(parts: [part]))
    }

    /// Returns once the start of a cycle of another shard is decided.
    func startCycle(beside shard: Shard) async throws {
        let keys = (1...9).map { "key-\($0)" }
        let key = try #require(
            keys.first { Cycle.stream("debian12-rings-\(ContentStore.digest(of: $0).prefix(10))").shard != shard }
        )
        _ = try await controlPlane.startCycle(key: key)
    }

    // MARK: - Given

    private static func grantRoles(_ client: PostgresClient) async throws {
        let roles = try String(contentsOfFile: Repository.root + "/db/roles.sql", encoding: .utf8)
        do {
            try await client.withConnection { try await $0.script(roles, name: "db/roles.sql") }
        } catch is PostgresError {
            // A role belongs to the whole server: another test may have made it at the same moment.
            try await client.withConnection { try await $0.script(roles, name: "db/roles.sql, again") }
        }
    }

    /// Runs the body with a writer of that role.
    static func with(_ writer: Writer, _ body: (Self) async throws -> Void) async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { controlPlane in
                try await grantRoles(controlPlane.client)
                let client = try deployment.database.client {
                    if writer == .application { $0.sessionSettings["role"] = "ringmaster_application" }
                }
                let rings = ["early", "main"]
                let fleet = try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: rings)
                let cycle = try await controlPlane.startCycle()
                let scene = Self(
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
