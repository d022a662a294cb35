import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

@Suite("ringmaster migrate", .timeLimit(.minutes(10)))
struct MigrateTests {
    @Test("It tells what is pending, applies it once, and then has nothing to do")
    func migrates() async throws {
        let database = try await TestDatabase.create()
        let files = Schema.migrations.map(\.fileName)
        let pending = try await Ringmaster.run("migrate", "--check", "--database", database.conninfo)
        #expect(pending.status == .exited(1))
        #expect(pending.output == files.map { "pending \($0)\n" }.joined())

        let applied = try await Ringmaster.run("migrate", "--database", database.conninfo)
        #expect(applied.status == .exited(0), "\(applied.errors)")
        #expect(applied.output == files.map { "applied \($0)\n" }.joined() + "the schema is up to date\n")

        for arguments in [["migrate", "--check"], ["migrate"]] {
            let done = try await Ringmaster.run(arguments + ["--database", database.conninfo])
            #expect(done.status == .exited(0), "\(done.errors)")
            #expect(done.output == "the schema is up to date\n")
        }
        try await database.drop()
    }

    @Test("A migration that was changed after it was applied is named")
    func changed() async throws {
        let database = try await TestDatabase.create(migrations: Schema.migrations)
        let client = try database.client()
        _ = try await client.query(.unprepared("UPDATE schema_migration SET checksum = 'other' WHERE number = 1"))
        await client.close()
        let ending = try await Ringmaster.run("migrate", "--database", database.conninfo)
        #expect(ending.status == .exited(70))
        #expect(ending.errors.hasPrefix("error: migration 0001_durable_streams.sql was changed after it was applied"))
        try await database.drop()
    }
}
