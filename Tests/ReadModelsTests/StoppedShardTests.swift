import ControlPlaneTestSupport
import Domain
import DurableStreams
import PatchStreams
import Postgres
import ReadModels
import Synchronization
import TestSupport
import Testing
import Time

@Suite("Read models in front of a commit that they cannot take", .timeLimit(.minutes(10)))
struct StoppedShardTests {
    private static let moment = Timestamp(microseconds: 1_780_000_000_000_000)
    private static let nodes = ["mi-1", "mi-2", "mi-3"]

    /// A log in which each of three nodes, in three shards, has two commits.
    private func withLog(_ body: (PostgresClient) async throws -> Void) async throws {
        try await TestDeployment.with { deployment in
            let client = try deployment.database.client()
            #expect(Set(Self.nodes.map { Node.stream($0).shard }).count == 3)
            for node in Self.nodes {
                try await append(node, 1, try enrolment(of: node, group: "first"), client)
                try await append(node, 2, try enrolment(of: node, group: "second"), client)
            }
            try await body(client)
            await client.close()
        }
    }

    @Test(
        "A commit that somebody changed stops its shard alone, is told of once, and its shard goes on when it is put right"
    )
    func unsealed() async throws {
        try await withLog { client in
            try await tamper(client, "SET actor = 'mallory' WHERE stream = 'node/mi-2' AND version = 2")
            let stopped = StoppedShards(rest: .seconds(3_600))
            let projector = projector(client, stopped)
            for _ in 1...2 { try await projector.catchUp() }
            #expect(try await groups(client) == ["mi-1 second", "mi-2 first", "mi-3 second"])
            let stop = try #require(stopped.takeNews().first)
            #expect((stop.shard, stop.position) == (Node.stream("mi-2").shard, 2))
            #expect(stop.reason.contains("node/mi-2"))
            #expect(stopped.takeNews().isEmpty && stopped.all == [stop])

            try await append("mi-1", 3, try enrolment(of: "mi-1", group: "third"), client)
            try await projector.catchUp()
            #expect(try await groups(client) == ["mi-1 third", "mi-2 first", "mi-3 second"])

            try await tamper(client, "SET actor = 'test' WHERE stream = 'node/mi-2' AND version = 2")
            let other = StoppedShards(rest: .zero)
            try await self.projector(client, other).catchUp()
            #expect(try await groups(client) == ["mi-1 third", "mi-2 second", "mi-3 second"])
            #expect(other.all.isEmpty)
            // Another process has passed it.
            try await projector.catchUp()
            #expect(stopped.all.isEmpty)
        }
    }

    @Test("So does an event that this version does not know, in the middle of a page")
    func unreadable() async throws {
        try await withLog { client in
            try await append("mi-3", 3, RecordedEvent(type: "node.unheard-of.v9", data: "{}"), client)
            try await append("mi-3", 4, try enrolment(of: "mi-3", group: "fourth"), client)
            let stopped = StoppedShards(rest: .seconds(3_600))
            try await projector(client, stopped).catchUp()
            #expect(try await groups(client) == ["mi-1 second", "mi-2 second", "mi-3 second"])
            #expect(stopped.all.map(\.position) == [3])
            // One that does not rest gives up after a while.
            let restless = projector(client, StoppedShards(rest: .zero))
            await #expect(throws: ReadModelsStall.self) { try await restless.catchUp() }
        }
    }

    @Test("An end of the log that is taken back while it is waited for is not waited for")
    func shrunk() async throws {
        try await withLog { client in
            let calls = Mutex(0)
            let log = log(client) { heads in
                let isFirst = calls.withLock { calls in
                    calls += 1
                    return calls == 1
                }
                return isFirst ? heads.map(Self.later) : heads
            }
            try await projector(client, StoppedShards(), log).catchUp()
            #expect(try await groups(client) == ["mi-1 second", "mi-2 second", "mi-3 second"])
        }
    }

    @Test("An end that reading does not come to is an error and no endless loop")
    func stalled() async throws {
        try await withLog { client in
            let projector = projector(client, StoppedShards(), log(client) { heads in heads.map(Self.later) })
            let stall = await #expect(throws: ReadModelsStall.self) { try await projector.catchUp() }
            #expect(stall?.description.contains("reading it brings nothing") == true)
        }
    }

    @Test("The log's ends are not asked for while nothing is committed, and whatever is committed is read")
    func atRest() async throws {
        try await withLog { client in
            let calls = Mutex(0)
            let log = log(client) { heads in
                calls.withLock { $0 += 1 }
                return heads
            }
            let projector = projector(client, StoppedShards(), log)
            for version in 3...12 {
                try await append("mi-1", Int64(version), try enrolment(of: "mi-1", group: "\(version)"), client)
                try await projector.catchUp()
                #expect(try await groups(client).first == "mi-1 \(version)")
            }
            // Others' transactions in the same cluster count as well.
            var isAsked = true
            for _ in 1...1_000 where isAsked {
                let before = calls.withLock(\.self)
                try await projector.catchUp()
                isAsked = calls.withLock(\.self) != before
            }
            #expect(!isAsked)
        }
    }

    // MARK: - Steps

    private static func later(_ head: ChainHead) -> ChainHead {
        var later = head
        if head.position > 0 { later.position += 1 }
        return later
    }

    private func log(
        _ client: PostgresClient,
        _ heads: @escaping @Sendable ([ChainHead]) -> [ChainHead] = { $0 }
    ) -> ReorderedLog {
        let store = PostgresStore(client: client, sealKey: TestDeployment.sealKey)
        return ReorderedLog(base: store, order: .ascending, commitsPerShard: 100, heads: heads)
    }

    private func projector(
        _ client: PostgresClient,
        _ stopped: StoppedShards,
        _ log: (any LogStore)? = nil
    ) -> Projector {
        let store = log ?? PostgresStore(client: client, sealKey: TestDeployment.sealKey)
        return Projector(
            client: client,
            reader: StreamReader(store: store),
            content: ContentStore(client: client),
            logger: .quiet,
            stopped: stopped
        )
    }

    private func groups(_ client: PostgresClient) async throws -> [String] {
        let select = Statement.unprepared("SELECT id || ' ' || patch_group FROM node ORDER BY id")
        return try await client.batch([select])[0].column(0, as: String.self)
    }

    private func tamper(_ client: PostgresClient, _ change: String) async throws {
        _ = try await client.batch([
            .unprepared("ALTER TABLE commit DISABLE TRIGGER USER"), .unprepared("UPDATE commit \(change)"),
            .unprepared("ALTER TABLE commit ENABLE ALWAYS TRIGGER commit_is_append_only"),
            .unprepared("ALTER TABLE commit ENABLE ALWAYS TRIGGER commit_is_sealed_once"),
        ])
    }

    private func enrolment(of node: String, group: String) throws -> RecordedEvent {
        let facts = NodeFacts(
            hostname: node,
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            agentVersion: "1"
        )
        let enrolment = NodeEnrolment(
            node: node,
            publicKey: "key",
            site: "Frankfurt",
            patchGroup: group,
            activation: "a",
            facts: facts
        )
        return try DomainDecider<Node>.withoutEffects.encode(.enrolled(enrolment, at: Self.moment))
    }

    private func append(
        _ node: String,
        _ version: Int64,
        _ event: RecordedEvent,
        _ client: PostgresClient
    ) async throws {
        try await client.append(event, to: Node.stream(node), version: version, at: Self.moment)
    }
}
