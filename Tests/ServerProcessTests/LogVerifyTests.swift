import ControlPlaneTestSupport
import Foundation
import Postgres
import Subprocess
import TestSupport
import Testing

@Suite("ringmaster log verify", .timeLimit(.minutes(10)))
struct LogVerifyTests {
    /// A log of some enrolments.
    private func withLog(_ body: (_ conninfo: String, PostgresClient) async throws -> Void) async throws {
        try await TestDeployment.with { deployment in
            try await deployment.serve { _ = try await Fleet.enrolled(in: $0, sites: ["Frankfurt"]) }
            let client = try deployment.database.client()
            try await body(deployment.database.conninfo, client)
            await client.close()
        }
    }

    @Test("A log that is as it was written passes")
    func whole() async throws {
        try await withLog { conninfo, client in
            let ending = try await Ringmaster.run("log", "verify", "--database", conninfo)
            #expect(ending.status == .exited(0), "\(ending.errors)")
            let commits = try await client.query(.unprepared("SELECT count(*) FROM commit")).one().get(0, as: Int.self)
            #expect(ending.output.hasPrefix("log verify: ok, \(commits) commits with "))
            #expect(ending.output.hasSuffix(" shards, every chain value matches\n"))
        }
    }

    @Test("A byte that was changed by a superuser is found, and its position named")
    func tampered() async throws {
        try await withLog { conninfo, client in
            let find =
                "SELECT shard, position, stream FROM commit WHERE stream LIKE 'node/%' ORDER BY shard, position LIMIT 1"
            let row = try await client.query(.unprepared(find)).one()
            let (shard, position) = (try row.get(0, as: Int.self), try row.get(1, as: Int64.self))
            let stream = try row.get(2, as: String.self)
            let change =
                "UPDATE commit SET events = replace(events::text, 'Frankfurt', 'Frankfurd')::json "
                + "WHERE shard = \(shard) AND position = \(position)"
            let refused = await #expect(throws: PostgresError.self) { try await client.query(.unprepared(change)) }
            #expect(refused?.description.contains("the log is append-only: update of table commit is refused") == true)
            _ = try await client.query(.unprepared("ALTER TABLE commit DISABLE TRIGGER commit_is_append_only"))
            _ = try await client.query(.unprepared(change))

            let ending = try await Ringmaster.run("log", "verify", "--database", conninfo)
            #expect(ending.status == .exited(1))
            #expect(
                ending.output
                    == "log verify: FAILED at shard \(shard) position \(position): the commit (stream \(stream)) does "
                    + "not match its chain value; the row was changed, moved or put in\n"
            )
            let json = try await Ringmaster.run("log", "verify", "--database", conninfo, "-o", "json")
            #expect(json.status == .exited(1))
            #expect(
                json.output.contains("\"position\" : \(position)") || json.output.contains("\"position\":\(position)")
            )
        }
    }

    @Test("A commit that was taken out is found")
    func removed() async throws {
        try await withLog { conninfo, client in
            let find = "SELECT shard FROM commit GROUP BY shard HAVING count(*) > 2 ORDER BY shard LIMIT 1"
            let shard = try await client.query(.unprepared(find)).one().get(0, as: Int.self)
            _ = try await client.query(.unprepared("ALTER TABLE commit DISABLE TRIGGER commit_is_append_only"))
            _ = try await client.query(.unprepared("DELETE FROM commit WHERE shard = \(shard) AND position = 2"))
            let ending = try await Ringmaster.run("log", "verify", "--database", conninfo)
            #expect(ending.status == .exited(1))
            #expect(
                ending.output
                    == "log verify: FAILED at shard \(shard) position 2: the commit is missing; it was deleted\n"
            )
        }
    }

    @Test("A log that was cut off, or brought back to an earlier moment, is found by the heads that were kept")
    func cutOff() async throws {
        try await withLog { conninfo, client in
            let folder = try TemporaryFolder.make()
            // A leftover in the temporary place harms nobody.
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let file = folder + "/heads.json"
            let json = try await Ringmaster.run("log", "verify", "--database", conninfo, "-o", "json")
            try Data(json.output.utf8).write(to: URL(filePath: file))
            let whole = try await Ringmaster.run("log", "verify", "--database", conninfo, "--since", file)
            #expect(whole.status == .exited(0), "\(whole.errors)")
            #expect(whole.output.contains(#/every chain value matches, all [0-9]+ kept heads are in it/#))

            let find = "SELECT shard, max(position) FROM commit GROUP BY shard ORDER BY count(*) DESC, shard LIMIT 1"
            let row = try await client.query(.unprepared(find)).one()
            let (shard, position) = (try row.get(0, as: Int.self), try row.get(1, as: Int64.self))
            _ = try await client.query(.unprepared("ALTER TABLE commit DISABLE TRIGGER commit_is_append_only"))
            let cut = "DELETE FROM commit WHERE shard = \(shard) AND position = \(position)"
            _ = try await client.query(.unprepared(cut))
            #expect(try await Ringmaster.run("log", "verify", "--database", conninfo).status == .exited(0))
            let ending = try await Ringmaster.run("log", "verify", "--database", conninfo, "--since", file)
            #expect(ending.status == .exited(1))
            #expect(
                ending.output.hasPrefix(
                    "log verify: FAILED at shard \(shard) position \(position): the commit that was"
                )
            )

            for text in ["", "{}", #"{"heads":[{"shard":256,"position":1,"chain":"00"}]}"#] {
                try Data(text.utf8).write(to: URL(filePath: file))
                let refused = try await Ringmaster.run("log", "verify", "--database", conninfo, "--since", file)
                #expect(refused.status == .exited(66))
                #expect(refused.errors.hasPrefix("error: cannot take heads from \(file): "))
            }
        }
    }
}
