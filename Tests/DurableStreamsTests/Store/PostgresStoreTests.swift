import DurableStreams
import Foundation
import Postgres
import TestSupport
import Testing
import Time

/// What holds in PostgreSQL beyond the suite that all stores pass.
@Suite(.timeLimit(.minutes(10)))
struct PostgresStoreTests {
    private let stream = account("savings")

    @Test("A repetition that arrives while its message is being consumed is told as answered, never as new")
    func raceWithConsumption() async throws {
        try await withPostgresStore { store, client in
            let message = plainMessage("1", to: stream)
            try await store.send([message])
            let repeating = try await client.withTransaction { session in
                _ = try await session.batch([
                    .unprepared("DELETE FROM inbox"),
                    .unprepared(
                        "INSERT INTO answer (shard, stream, id, position, at) VALUES ($1, $2, '1', 1, now())",
                        [.int16(stream.shard.rawValue), .text(stream.rawValue)]
                    ),
                ])
                let sending = Task { try await store.send([message]) }
                try await eventually {
                    let waiting =
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
                    return try await client.query(.unprepared(waiting)).one().get(0, as: Int.self) == 1
                }
                // The transaction commits when this scope ends; until then the insert waits for it.
                return sending
            }
            #expect(try await repeating.value.isEmpty)
            let rows = try await store.inbox(of: Shard.all, since: nil, excluding: [], limit: 10)
            #expect(rows == [InboxRow(message: message, isAnswered: true)])
        }
    }

    @Test("The log refuses change, also from a superuser that switches triggers off for its session")
    func appendOnly() async throws {
        try await withPostgresStore { store, client in
            try await store.append(Flush(parts: [FlushPart(after: .genesis(stream.shard), [(stream, 1)])]))
            for change in ["UPDATE commit SET actor = 'mallory'", "DELETE FROM commit", "TRUNCATE commit"] {
                for mode in ["origin", "replica"] {
                    let error = await #expect(throws: PostgresError.self) {
                        _ = try await client.batch([
                            .unprepared("SET LOCAL session_replication_role = \(mode)"), .unprepared(change),
                        ])
                    }
                    #expect(error?.code == .insufficientPrivilege)
                }
            }
            #expect(try await LogVerifier(store: store).verify().commits == 1)
        }
    }

    @Test("The application's role does all that an engine does and cannot change the log")
    func roles() async throws {
        try await withPostgresStore { _, client in
            try await client.withConnection { session in
                try await session.script(rolesFile(), name: "db/roles.sql")
                try await session.script(rolesFile(), name: "db/roles.sql, again")
            }
            let row = try await client.query(.unprepared("SELECT current_database()")).one()
            let database = try row.get(0, as: String.self)
            let conninfo = try await TestCluster.shared.conninfo(database: database)
            var configuration = PostgresConfiguration(conninfo: conninfo)
            configuration.sessionSettings["role"] = "ringmaster_application"
            let limited = try PostgresClient(configuration, logger: .quiet)
            let engine = TestEngine("one", store: PostgresStore(client: limited, sealKey: .test))
            try await engine.running {
                for (id, content) in [("1", .deposit(5)), ("2", .order(node: "i-1")), ("3", .work(kind: "mail"))]
                    as [(String, Account.Incoming)]
                {
                    let answer = try await engine.ask(id, stream, content)
                    #expect(answer.isAccepted)
                }
                for (id, verb) in [("4", Settlement.Verb.retry), ("5", .discard)] {
                    _ = try await engine.ask(id, stream, .writeBadEvent)
                    let request = SettlementRequest(id: id, verb: verb, by: "ana", reason: "a test")
                    _ = try await EngineDesk(store: engine.store, hints: engine.hints).settle(id, in: nil, request)
                }
                #expect(try await engine.store.status().engines.map(\.engine) == ["one"])
            }
            for change in [
                "UPDATE commit SET actor = 'mallory'", "UPDATE answer SET position = 1", "DELETE FROM settlement",
                "UPDATE settlement SET settled_by = 'mallory'", "ALTER TABLE commit DISABLE TRIGGER ALL",
            ] {
                let error = await #expect(throws: PostgresError.self) { try await limited.query(.unprepared(change)) }
                #expect(error?.code == .insufficientPrivilege, "\(change)")
            }
            await limited.close()
        }
    }

    private func rolesFile() throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "../../../db/roles.sql"), encoding: .utf8)
    }

    @Test("Rivals that send flushes blindly behind each other leave one chain and lose nothing", arguments: 1...4)
    func blindPipelining(seed: Int) async throws {
        try await withPostgresStore { store, _ in
            let shards = [Shard(3), Shard(4)]
            let acknowledged = try await withThrowingTaskGroup(of: [ChainHead].self) { group in
                for (number, shard) in (shards + shards + shards).enumerated() {
                    let writer = BlindWriter(store: store, shard: shard, seed: UInt64(seed * 100 + number))
                    group.addTask { try await writer.run(rounds: 25) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let report = try await LogVerifier(store: store).verify()
            #expect(report.finding == nil, "seed \(seed)")
            for head in acknowledged { #expect(try await store.contains(head), "seed \(seed)") }
            #expect(acknowledged.count == report.commits, "seed \(seed)")
            #expect(acknowledged.count > 30, "seed \(seed)")
        }
    }
}
