import ControlPlane
import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import Postgres
import ReadModels
import TestSupport
import Testing
import Time

@Suite("A lane of 100,000 hosts", .timeLimit(.minutes(10)))
struct LargeLaneTests {
    private static let hosts = 100_000
    private static let now = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test("It is opened, starts its first host, and is aborted")
    func opens() async throws {
        let workflow = Workflow.oneByOne().replacing(
            "window: { opens: now, duration: 1h }",
            with: "window: { opens: now, duration: 1h }, concurrency: 1"
        )
        try await TestDeployment.with(workflow: workflow) { deployment in
            let client = try deployment.database.client()
            try await Self.enrol(client)
            await client.close()
            try await deployment.serve { controlPlane in
                let id = try await controlPlane.startCycle("one-by-one")
                let view = try await controlPlane.cycle(id, "with its lane at work") {
                    $0.stage("scan")?.lanes.first?.counts.inFlight == 1
                }
                #expect(view.state == "running")
                #expect(view.stage("scan")?.lanes.map(\.counts.targets) == [Self.hosts])
                try await controlPlane.steer(id, .abort)
                let aborting = try await controlPlane.cycle(id, "without a queue") { $0.counts.queued == 0 }
                #expect(aborting.counts.other == Self.hosts - 1)
            }
        }
    }

    // MARK: - Given

    /// Writes the hosts' streams, and the read model that follows from them: to project them all would take the test's time.
    private static func enrol(_ client: PostgresClient) async throws {
        let store = PostgresStore(client: client, sealKey: TestDeployment.sealKey)
        let event = try template()
        var parts: [Shard: FlushPart] = [:]
        for number in 1...hosts {
            let digits = String(number)
            let stream = Node.stream("mi-" + String(repeating: "0", count: 17 - digits.utf8.count) + digits)
            let (shard, start) = (stream.shard, ChainHead.genesis(stream.shard))
            let commit = commit(of: stream, event(stream.name), after: parts[shard]?.commits.last?.head ?? start)
            parts[shard, default: FlushPart(shard: shard, predecessor: start, at: now)].commits.append(commit)
        }
        for part in parts.values { try await store.append(Flush(parts: [part])) }
        for statement in [insertNodes, moveCursor] { _ = try await client.query(.unprepared(statement)) }
    }

    /// The event of an enrolment, by the node's id.
    private static func template() throws -> (String) -> String {
        let enrolment = NodeEnrolment(
            node: "NODE",
            publicKey: "key",
            site: "Frankfurt",
            patchGroup: "Debian12-early",
            activation: "act-1",
            facts: NodeFacts(
                hostname: "host",
                platform: "debian",
                platformVersion: "12",
                architecture: "amd64",
                agentVersion: "1.0"
            )
        )
        let event = try DomainDecider<Node>.withoutEffects.encode(.enrolled(enrolment, at: now))
        let halves = event.data.split(separator: "NODE", maxSplits: 1).map(String.init)
        return { "[{\"type\":\"\(event.type)\",\"data\":\(halves[0])\($0)\(halves[1])}]" }
    }

    private static func commit(of stream: StreamID, _ events: String, after head: ChainHead) -> Commit {
        var commit = Commit(
            shard: stream.shard,
            position: head.position + 1,
            stream: stream,
            version: 1,
            events: events,
            actor: "test",
            cause: "enrol",
            at: now,
            chain: []
        )
        commit.chain = Chain.value(of: commit, after: head.chain)
        return commit
    }

    private static let insertNodes = """
        INSERT INTO node (id, name, site, patch_group, platform, platform_version, architecture, agent_version, public_key,
            enrolled_at, is_revoked)
        SELECT 'mi-' || lpad(n::text, 17, '0'), 'host', 'Frankfurt', 'Debian12-early', 'debian', '12', 'amd64', '1.0',
            'key', now(), false
        FROM generate_series(1, \(hosts)) AS n
        """

    private static let moveCursor = """
        INSERT INTO projection_cursor (projection, shard, position)
        SELECT 'fleet.v1', shard, max(position) FROM commit GROUP BY shard
        """
}
