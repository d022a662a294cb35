import EmbeddedPostgres
import Glibc
import Postgres
import TestSupport
import Testing

/// What a crash of the machine or an upgrade leaves behind.
extension EmbeddedPostgresTests {
    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    @Test("A process number that another PostgreSQL has by now is not taken for the server, and that one is left alone")
    func reusedProcessNumber() async throws {
        let (folder, foreign) = (try makeFolder(), try makeFolder())
        let before = try await start(folder)
        _ = try await query(before, "CREATE TABLE t AS SELECT 7 AS n")
        await before.stop()
        let stranger = try await start(foreign)
        let strangerID = try #require(postmaster(foreign))
        try write("\(strangerID)\n", to: "\(folder)/postgres/data/postmaster.pid")

        let server = try await start(folder)
        #expect(try #require(postmaster(folder)) != strangerID)
        #expect(try await query(server, "SELECT n FROM t").one().get(0, as: Int.self) == 7)
        await server.stop()
        #expect(isAlive(strangerID))
        #expect(try await query(stranger, "SELECT 1").count == 1)
        await stranger.stop()
    }

    @Test("Data of a version that is not installed is left alone, and what to install is told")
    func otherVersion() async throws {
        let folder = try makeFolder()
        await (try await start(folder)).stop()
        try write("99\n", to: "\(folder)/postgres/data/PG_VERSION")
        let error = try await #require(throws: EmbeddedPostgresError.self) { try await start(folder) }
        #expect("\(error)".hasPrefix("the private data was made by PostgreSQL 99, which is not installed"))
        #expect("\(error)".contains("run `apt-get install postgresql-99`"))
    }
}
