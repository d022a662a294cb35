import Postgres
import Schema
import TestSupport
import Testing

/// What PostgreSQL's catalogue says of the engine's tables, so that they stay fast and can be distributed by shard.
@Suite("The catalogue", .timeLimit(.minutes(10)))
struct CatalogueTests {
    /// The engines themselves are no shard's.
    private static let unsharded: Set<String> = ["engine"]

    /// Of the migration that makes the engine's schema.
    private static var engineTables: [String] {
        Schema.migrations[0].sql.matches(of: #/(?m)^CREATE TABLE "?(\w+)"?/#).map { String($0.1) }
    }

    private func rows(_ sql: String) async throws -> [[String]] {
        try await withDatabase(migrations: Schema.migrations) { client in
            try await client.query(.unprepared(sql)).map { row in
                try row.get(0, as: [String].self)
            }
        }
    }

    @Test("Every key of the engine's tables begins with the shard")
    func keys() async throws {
        let keys = try await rows(
            """
            SELECT ARRAY[t.relname, i.relname, a.attname]::text[]
            FROM pg_index x
            JOIN pg_class t ON t.oid = x.indrelid
            JOIN pg_class i ON i.oid = x.indexrelid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
            WHERE x.indisunique AND t.relnamespace = 'public'::regnamespace
            """
        )
        let tables = Self.engineTables.filter { !Self.unsharded.contains($0) }
        #expect(tables.contains("commit") && tables.contains("order"))
        for table in tables {
            let firsts = keys.filter { $0[0] == table }
            #expect(!firsts.isEmpty, "\(table) has no key")
            for key in firsts { #expect(key[2] == "shard", "\(key[1]) of \(table) begins with \(key[2])") }
        }
    }

    @Test("There are no sequences, and no foreign keys on the engine's tables")
    func sequences() async throws {
        let sequences = try await rows(
            "SELECT ARRAY[relname]::text[] FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
        )
        #expect(sequences.isEmpty, "\(sequences)")
        let foreign = try await rows(
            "SELECT ARRAY[conrelid::regclass::text, conname]::text[] FROM pg_constraint WHERE contype = 'f'"
        )
        #expect(foreign.isEmpty, "\(foreign)")
    }

    @Test("The only triggers refuse to change the log, and an insert fires none")
    func triggers() async throws {
        let triggers = try await rows(
            """
            SELECT ARRAY[tgrelid::regclass::text, tgname, tgenabled, tgtype::text]::text[]
            FROM pg_trigger
            WHERE NOT tgisinternal
            ORDER BY tgname
            """
        )
        #expect(
            triggers == [
                // Before each statement (2) that is a DELETE (8), an UPDATE (16) or a TRUNCATE (32).
                ["commit", "commit_is_append_only", "A", "\(2 | 8 | 16 | 32)"],
                // Before each row (1) that an UPDATE gives another seal.
                ["commit", "commit_is_sealed_once", "A", "\(1 | 2 | 16)"],
            ]
        )
    }
}
