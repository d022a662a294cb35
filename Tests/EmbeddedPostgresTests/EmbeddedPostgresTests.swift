import EmbeddedPostgres
import Glibc
import Logging
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct EmbeddedPostgresTests {
    var options: EmbeddedPostgres.Options {
        var options = EmbeddedPostgres.Options()
        options.durability = .none
        return options
    }

    /// A data folder whose server ends with the tests, however they end.
    func makeFolder(mode: UInt32 = 0o755) throws -> String {
        let folder = try TemporaryFolder.make(mode: mode)
        try Reaper.watch(folder)
        return folder
    }

    func start(_ folder: String) async throws -> EmbeddedPostgres {
        try await EmbeddedPostgres.start(dataFolder: folder, options: options, logger: .quiet)
    }

    func query(_ server: EmbeddedPostgres, _ sql: String) async throws -> Rows {
        let client = try PostgresClient(PostgresConfiguration(conninfo: server.conninfo), logger: .quiet)
        do {
            let rows = try await client.query(.unprepared(sql))
            await client.close()
            return rows
        } catch {
            await client.close()
            throw error
        }
    }

    /// nil while no server runs.
    func postmaster(_ folder: String) -> pid_t? {
        guard let file = fopen("\(folder)/postgres/data/postmaster.pid", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        return fgets(&line, CInt(line.count), file) == nil ? nil : pid_t(atoi(line))
    }

    /// False for a process that only waits to be reaped, which is not ours to do.
    func isAlive(_ processID: pid_t) -> Bool {
        guard let file = fopen("/proc/\(processID)/stat", "r") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, CInt(line.count), file) != nil else { return false }
        return !line.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }.contains(") Z ")
    }

    @Test("The server is private, keeps its data across restarts and leaves nothing running")
    func restarts() async throws {
        let folder = try makeFolder()
        let first = try await start(folder)
        _ = try await query(first, "CREATE TABLE t AS SELECT 7 AS n")
        let settings = try await query(
            first,
            "SELECT current_setting('listen_addresses'), current_setting('data_checksums'), current_database(), "
                + "current_setting('server_encoding')"
        ).one()
        #expect(try (0..<4).map { try settings.get($0, as: String.self) } == ["", "on", "ringmaster", "UTF8"])
        let firstPostmaster = try #require(postmaster(folder))
        #expect(isAlive(firstPostmaster))
        var socket = stat()
        #expect(stat("\(folder)/postgres/socket", &socket) == 0 && socket.st_mode & 0o777 == 0o700)
        await first.stop()
        await first.stop()
        #expect(!isAlive(firstPostmaster))

        let second = try await start(folder)
        #expect(try await query(second, "SELECT n FROM t").one().get(0, as: Int.self) == 7)
        await second.stop()
        #expect(access("\(folder)/postgres/data/postmaster.pid", F_OK) != 0)
    }

    @Test("Full durability is the default")
    func isDurable() async throws {
        let folder = try makeFolder()
        let server = try await EmbeddedPostgres.start(dataFolder: folder, logger: .quiet)
        let row = try await query(
            server,
            "SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')"
        ).one()
        #expect(try (0..<3).map { try row.get($0, as: String.self) } == ["on", "on", "on"])
        await server.stop()
    }

    @Test("A second server on the same data is refused and told which process holds it")
    func secondServer() throws {
        let folder = try TemporaryFolder.make()
        do {
            let lock = try ServerLock(dataFolder: folder)
            #expect(ServerLock.isHeld(dataFolder: folder))
            let error = #expect(throws: EmbeddedPostgresError.self) { try ServerLock(dataFolder: folder) }
            #expect(error == .inUse(folder: folder, processID: getpid()))
            #expect(
                error?.description == """
                    another server (process \(getpid())) uses the data folder \(folder); stop it first, \
                    or choose another folder with --data
                    """
            )
            withExtendedLifetime(lock) {}
        }
        #expect(!ServerLock.isHeld(dataFolder: folder))
        _ = try ServerLock(dataFolder: folder)
        unlink("\(folder)/server.lock")
        rmdir(folder)
    }

    @Test("A killed postmaster is started again, and clients recover")
    func postmasterKilled() async throws {
        let folder = try makeFolder()
        let server = try await start(folder)
        let running = Task { await server.run() }
        let client = try PostgresClient(PostgresConfiguration(conninfo: server.conninfo), logger: .quiet)
        _ = try await client.query(.unprepared("CREATE TABLE t AS SELECT 1 AS n"))
        let first = try #require(postmaster(folder))
        for _ in 0..<2 {
            let killed = try #require(postmaster(folder))
            #expect(kill(killed, SIGKILL) == 0)
            // Sessions of the killed server may answer for a moment more.
            try await waitUntil { ![killed, nil].contains(postmaster(folder)) }
            try await waitUntil {
                do {
                    return try await client.query(.unprepared("SELECT n FROM t")).count == 1
                } catch let error as PostgresError where error.isConnectionFailure {
                    return false
                }
            }
        }
        await client.close()
        let last = try #require(postmaster(folder))
        #expect(last != first)
        running.cancel()
        await running.value
        #expect(!isAlive(last))
    }

    @Test("A server that a crashed process left running is attached to, and ended by its new owner")
    func attaches() async throws {
        let folder = try makeFolder()
        let orphan = try await start(folder)
        let before = try #require(postmaster(folder))
        let heir = try await start(folder)
        #expect(postmaster(folder) == before)
        #expect(try await query(heir, "SELECT 1").count == 1)
        await heir.stop()
        #expect(!isAlive(before))
        await orphan.stop()
    }

    @Test("A tool ends the server only if it started it and no server process uses it by then")
    func tools() async throws {
        let folder = try makeFolder()
        func attach() async throws -> EmbeddedPostgres {
            try await EmbeddedPostgres.attachOrStart(dataFolder: folder, options: options, logger: .quiet)
        }
        let guest = try await attach()
        let postmasterID = try #require(postmaster(folder))
        let visitor = try await attach()
        #expect(try await query(visitor, "SELECT 1").count == 1)
        await visitor.stop()
        #expect(isAlive(postmasterID))
        do {
            let lock = try ServerLock(dataFolder: folder)
            await guest.stop()
            #expect(isAlive(postmasterID))
            withExtendedLifetime(lock) {}
        }
        let server = try await start(folder)
        await server.stop()
        #expect(!isAlive(postmasterID))
        let another = try await attach()
        let anotherID = try #require(postmaster(folder))
        await another.stop()
        #expect(!isAlive(anotherID))
    }

    @Test("Processes that start together share one server")
    func startsTogether() async throws {
        let folder = try makeFolder()
        async let first = start(folder)
        async let second = start(folder)
        let servers = try await [first, second]
        for server in servers { #expect(try await query(server, "SELECT 1").count == 1) }
        for server in servers { await server.stop() }
        #expect(access("\(folder)/postgres/data/postmaster.pid", F_OK) != 0)
    }

    @Test(
        "A data folder that the server's account cannot reach is a link to one that it can",
        .enabled(if: geteuid() == 0, "only root runs the server under another account")
    )
    func closedParent() async throws {
        let closed = try makeFolder(mode: 0o700)
        let server = try await start(closed)
        #expect(try await query(server, "SELECT 1").count == 1)
        var link = stat()
        #expect(lstat("\(closed)/postgres", &link) == 0 && link.st_mode & S_IFMT == S_IFLNK)
        await server.stop()
        let again = try await start(closed)
        #expect(try await query(again, "SELECT 1").count == 1)
        await again.stop()
    }

    @Test("A path that is too long for a socket gets its socket elsewhere")
    func longPath() async throws {
        let parent = try makeFolder()
        let folder = "\(parent)/" + String(repeating: "long", count: 30)
        let server = try await start(folder)
        #expect(!server.conninfo.contains(parent))
        #expect(try await query(server, "SELECT 1").count == 1)
        await server.stop()
        let socketFolder = try #require(server.conninfo.split(separator: "'").dropFirst().first)
        #expect(access(String(socketFolder), F_OK) != 0)
    }

    @Test("A server that cannot start says what its log says")
    func brokenSettings() async throws {
        let folder = try makeFolder()
        let server = try await start(folder)
        await server.stop()
        let file = try #require(fopen("\(folder)/postgres/data/postgresql.local.conf", "w"))
        fputs("shared_buffers = lots\n", file)
        fclose(file)
        chmod("\(folder)/postgres/data/postgresql.local.conf", 0o644)
        let error = try await #require(throws: EmbeddedPostgresError.self) { try await start(folder) }
        #expect("\(error)".contains("pg_ctl failed"))
        #expect("\(error)".contains("invalid value for parameter \"shared_buffers\": \"lots\""))
    }

    @Test("A missing PostgreSQL is told with the command that installs it")
    func notInstalled() {
        let error = EmbeddedPostgresError.notInstalled(version: nil, searched: ["/usr/bin"])
        #expect("\(error)".contains("run `apt-get install postgresql`"))
    }
}
