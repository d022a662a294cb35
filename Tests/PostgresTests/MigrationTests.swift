import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct MigrationTests {
    private static let first = Migration(
        number: 1,
        name: "host",
        sql: "CREATE TABLE host (id text); CREATE INDEX ON host (id);"
    )
    private static let second = Migration(
        number: 2,
        name: "patch",
        sql: "-- a comment\nCREATE TABLE patch (id text);\n"
    )

    private func migrator(_ migrations: Migration...) throws -> Migrator { try Migrator(migrations, logger: .quiet) }

    @Test("Migrations are applied once, in order, and recorded with their checksums")
    func applies() async throws {
        try await withDatabase { client in
            #expect(try await migrator(Self.first).check(client) == .pending(["0001_host.sql"]))
            #expect(try await migrator(Self.first).run(client) == ["0001_host.sql"])
            #expect(try await migrator(Self.first, Self.second).check(client) == .pending(["0002_patch.sql"]))
            #expect(try await migrator(Self.first, Self.second).run(client) == ["0002_patch.sql"])
            #expect(try await migrator(Self.first, Self.second).run(client).isEmpty)
            #expect(try await migrator(Self.first, Self.second).check(client) == .upToDate)
            let rows = try await client.query(
                .unprepared("SELECT number, name, checksum, applied_at <= now() FROM schema_migration ORDER BY number")
            )
            #expect(try rows.column(0, as: Int.self) == [1, 2])
            #expect(try rows.column(1, as: String.self) == ["host", "patch"])
            #expect(try rows.column(2, as: String.self) == [Self.first.checksum, Self.second.checksum])
            #expect(try rows.column(3, as: Bool.self) == [true, true])
            _ = try await client.query(.unprepared("SELECT FROM host, patch"))
        }
    }

    @Test("The checksum is the SHA-256 of the text")
    func checksum() {
        let empty = Migration(number: 1, name: "x", sql: "")
        #expect(empty.checksum == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("Processes that start together apply each migration once")
    func concurrentRunners() async throws {
        try await withDatabase { client in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 {
                    group.addTask { try await migrator(Self.first, Self.second).run(client) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied == ["0001_host.sql", "0002_patch.sql"])
        }
    }

    @Test("A migration that fails is rolled back and named; those before it stay")
    func failing() async throws {
        let broken = Migration(
            number: 2,
            name: "broken",
            sql: "CREATE TABLE half (id text); CREATE TABLE host (id text);"
        )
        try await withDatabase { client in
            let error = try await #require(throws: MigrationError.self) {
                try await migrator(Self.first, broken).run(client)
            }
            #expect("\(error)".contains("0002_broken.sql failed and was rolled back"))
            #expect("\(error)".contains("relation \"host\" already exists"))
            #expect(try await migrator(Self.first).check(client) == .upToDate)
            let half = try await client.query(.unprepared("SELECT to_regclass('half') IS NULL")).one()
            #expect(try half.get(0, as: Bool.self))
        }
    }

    @Test("A changed, renamed or unknown migration is named with what to do")
    func mismatches() async throws {
        try await withDatabase { client in
            _ = try await migrator(Self.first, Self.second).run(client)
            let changed = Migration(number: 2, name: "patch", sql: "CREATE TABLE patch (id int8);")
            let expected = MigrationError.changed(
                file: "0002_patch.sql",
                applied: Self.second.checksum,
                found: changed.checksum
            )
            await #expect(throws: expected) { try await migrator(Self.first, changed).check(client) }
            await #expect(throws: expected) { try await migrator(Self.first, changed).run(client) }
            #expect("\(expected)".contains("0002_patch.sql was changed after it was applied"))
            #expect("\(expected)".contains(Self.second.checksum) && "\(expected)".contains(changed.checksum))

            let renamed = Migration(number: 2, name: "patches", sql: Self.second.sql)
            await #expect(throws: MigrationError.renamed(applied: "0002_patch.sql", found: "0002_patches.sql")) {
                try await migrator(Self.first, renamed).run(client)
            }
            let newer = MigrationError.unknown(applied: ["0002_patch.sql"], newestKnown: "0001_host.sql")
            await #expect(throws: newer) { try await migrator(Self.first).check(client) }
            #expect("\(newer)".contains("the schema is newer than this binary: the database has 0002_patch.sql"))
            _ = try await client.query(.unprepared("DELETE FROM schema_migration WHERE number = 1"))
            await #expect(throws: MigrationError.misnumbered(file: "0002_patch.sql", expected: 1)) {
                try await migrator(Self.first, Self.second).check(client)
            }
        }
    }

    @Test("A folder of migrations is read in order, and what is wrong with it is named")
    func loads() throws {
        let folder = try TemporaryFolder.make()
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        func write(_ text: [UInt8], _ name: String) throws {
            try Data(text).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        try write(Array(Self.second.sql.utf8), "0002_patch.sql")
        try write(Array(Self.first.sql.utf8), "0001_host.sql")
        try write(Array("not a migration".utf8), "README.md")
        #expect(try Migration.load(directory: folder) == [Self.first, Self.second])

        try write([], "0004_late.sql")
        #expect(throws: MigrationError.misnumbered(file: "0004_late.sql", expected: 3)) {
            try Migration.load(directory: folder)
        }
        try write([0x53, 0xFF], "0003_bytes.sql")
        #expect(throws: MigrationError.unreadable(path: "\(folder)/0003_bytes.sql", reason: "it is not UTF-8 text")) {
            try Migration.load(directory: folder)
        }
        try write([], "3_short.sql")
        try FileManager.default.removeItem(atPath: "\(folder)/0003_bytes.sql")
        #expect(throws: MigrationError.badName(file: "3_short.sql")) { try Migration.load(directory: folder) }
        #expect(throws: MigrationError.unreadable(path: "/nonexistent", reason: "no such file or folder")) {
            try Migration.load(directory: "/nonexistent")
        }
    }

    @Test("A database that cannot be reached is told as such")
    func unreachable() async throws {
        let client = try PostgresClient(PostgresConfiguration(conninfo: "host=/nonexistent dbname=x"), logger: .quiet)
        let error = try await #require(throws: MigrationError.self) { try await migrator(Self.first).check(client) }
        guard case .database(let cause) = error else {
            Issue.record("expected a database failure, found \(error)")
            return
        }
        #expect(cause.code == .connectFailed)
        await client.close()
    }
}
