import ControlPlaneTestSupport
import FoundationEssentials
import Glibc
import Postgres
import Schema
import Subprocess
import TestSupport
import Testing

@Suite("A server that cannot start says why", .serialized, .timeLimit(.minutes(10)))
struct RefusedStartTests {
    private static let workflows = "--workflows=" + Repository.root + "/workflows"

    private func expect(
        _ ending: Ringmaster.Ending,
        exit status: Int32 = 70,
        _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(ending.status == .exited(status), sourceLocation: sourceLocation)
        #expect(ending.output.isEmpty, sourceLocation: sourceLocation)
        for words in words {
            #expect(ending.errors.contains(words), "\(ending.errors)", sourceLocation: sourceLocation)
        }
    }

    /// A data folder, and a database with or without its schema.
    private func withDatabase(
        migrations: [Migration] = Schema.migrations,
        _ body: (_ data: String, TestDatabase) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { data in
            let database = try await TestDatabase.create(migrations: migrations)
            try await body(data, database)
            try await database.drop()
        }
    }

    @Test("A connection string that is none")
    func malformedConnectionString() async throws {
        try await TemporaryFolder.with { data in
            expect(
                try await Ringmaster.run("serve", "--data", data, "--database", "nonsense=1"),
                exit: 64,
                #"error: cannot read the connection string: invalid connection option "nonsense"; write it as host=… port=5432"#
            )
        }
    }

    @Test("A place where no PostgreSQL is")
    func unreachable() async throws {
        try await TemporaryFolder.with { data in
            expect(
                try await Ringmaster.run("serve", "--data", data, "--database", "host=\(data) dbname=any"),
                exit: 69,
                "error: cannot read the schema's version: connection to server on socket \"\(data)/.s.PGSQL.5432\" failed",
                "check that PostgreSQL runs there and that host and port in the connection string are right"
            )
        }
    }

    @Test("A database that there is not")
    func unknownDatabase() async throws {
        try await withDatabase(migrations: []) { data, database in
            let conninfo = database.conninfo.replacing(database.name, with: "no_such_database")
            expect(
                try await Ringmaster.run("serve", "--data", data, "--database", conninfo),
                exit: 69,
                #"database "no_such_database" does not exist"#
            )
        }
    }

    @Test("A schema that is older than the binary")
    func olderSchema() async throws {
        let files = Schema.migrations.map(\.fileName).joined(separator: ", ")
        try await withDatabase(migrations: []) { data, database in
            expect(
                try await Ringmaster.run("serve", "--data", data, "--database", database.conninfo),
                "error: the database's schema is older than this binary: \(files) pending; "
                    + "run `ringmaster migrate` with a role that owns the schema, then start again"
            )
        }
    }

    @Test("A schema that is newer than the binary")
    func newerSchema() async throws {
        try await withDatabase { data, database in
            let client = try database.client()
            let number = Schema.migrations.count + 1
            let row = "INSERT INTO schema_migration (number, name, checksum) VALUES (\(number), 'from_the_future', 'x')"
            _ = try await client.query(.unprepared(row))
            await client.close()
            let newest = try #require(Schema.migrations.last?.fileName)
            let future = Migration(number: number, name: "from_the_future", sql: "").fileName
            expect(
                try await Ringmaster.run("serve", "--data", data, "--database", database.conninfo),
                "error: the schema is newer than this binary: the database has \(future), this binary knows "
                    + "up to \(newest); install the newer release"
            )
        }
    }

    @Test("A folder of workflows that cannot be read")
    func missingWorkflows() async throws {
        try await withDatabase { data, database in
            expect(
                try await Ringmaster.run(
                    "serve",
                    "--data",
                    data,
                    "--database",
                    database.conninfo,
                    "--workflows",
                    data + "/none"
                ),
                exit: 66,
                "error: cannot read the workflow folder \(data)/none: ",
                "; name it with --workflows"
            )
        }
    }

    @Test("An order key that others can read")
    func readableKey() async throws {
        try await withDatabase { data, database in
            let key = data + "/order.key"
            try Data("secret\n".utf8).write(to: URL(filePath: key))
            #expect(chmod(key, 0o644) == 0)
            let arguments = ["serve", "--data", data, "--database", database.conninfo, Self.workflows]
            expect(
                try await Ringmaster.run(arguments),
                exit: 66,
                "error: \(key) can be read by other users; run: chmod 600 \(key)"
            )
            #expect(chmod(key, 0o600) == 0)
            expect(
                try await Ringmaster.run(arguments),
                exit: 66,
                "error: \(key) does not hold a key: it must be 32 bytes in base64; restore it from your backup"
            )
        }
    }

    @Test("A database that is sealed with a key that is not here")
    func sealedElsewhere() async throws {
        try await withDatabase { data, database in
            _ = try await Ringmaster.serving(data: data, database) { _ in }
            try await TemporaryFolder.with { other in
                let arguments = ["serve", "--data", other, "--database", database.conninfo, Self.workflows]
                expect(
                    try await Ringmaster.run(arguments),
                    exit: 66,
                    "error: the database is sealed, and the key of its seals is not in \(other)/seal.key: ",
                    "copy it from another server of this database"
                )
                #expect(!FileManager.default.fileExists(atPath: other + "/seal.key"), "none is made")
            }
        }
    }

    @Test("An address that others reach, without TLS")
    func exposedAddress() async throws {
        try await withDatabase { data, database in
            expect(
                try await Ringmaster.run("serve", "--data", data, "--listen", "0.0.0.0:0"),
                exit: 64,
                "error: will not serve plain HTTP on 0.0.0.0:0, where others read tokens and codes on the way: "
            )
            let options = ["--listen", "0.0.0.0:0", "--insecure-http"]
            let ending = try await Ringmaster.serving(data: data, database, options: options) { server in
                _ = try await server.get("/healthz")
            }
            #expect(ending.status == .exited(0))
            #expect(ending.errors.contains("serving plain HTTP: whoever is on the way reads tokens and codes"))
        }
    }

    @Test("An address that is taken")
    func takenAddress() async throws {
        try await withDatabase { data, database in
            let ending = try await Ringmaster.serving(data: data, database) { server in
                let address = String(server.url.dropFirst("http://".count))
                let second = try await Ringmaster.run(
                    "serve",
                    "--data",
                    data,
                    "--database",
                    database.conninfo,
                    "--listen",
                    address,
                    Self.workflows
                )
                expect(second, "address already in use")
            }
            #expect(ending.status == .exited(0))
        }
    }
}
