import Client
import Commands
import ControlPlane
import DurableStreams
import EmbeddedPostgres
import Foundation
import Logging
import Postgres
import Schema

/// Two servers with all roles on one PostgreSQL, and what the driver needs to know of them.
struct World: Sendable {
    let name: String
    let folder: String
    let servers: [Server]
    let conninfo: String
    /// The driver's own connections.
    let client: PostgresClient

    /// As the servers have it: what the driver sends must be sealed.
    let store: PostgresStore
    var urls: [String] { servers.map(\.url) }
    /// Where PostgreSQL has its data.
    private var database: String { folder + "/db" }

    /// Runs the body in a world that is up, checks what must hold of any, and takes it down.
    ///
    /// - Parameter diskBytes: the size of PostgreSQL's own disk; nil for the folder's.
    static func with(
        name: String,
        folder: String,
        diskBytes: Int?,
        _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        let data = folder + "/db"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        if let diskBytes { try SmallDisk.mount(at: data, bytes: diskBytes) }
        var logger = Logger(label: "chaos")
        logger.logLevel = .critical
        let postgres = try await EmbeddedPostgres.start(dataFolder: data, logger: logger)
        var configuration = PostgresConfiguration(conninfo: postgres.conninfo)
        configuration.applicationName = "chaos driver"
        let client = try PostgresClient(configuration, logger: logger)
        _ = try await Migrator(Schema.migrations, logger: logger).run(client)
        let sealKey = try await SealKeyFile(path: folder + "/seal.key")
            .prepare(SealedDatabase(client: client), logger: logger)
        let servers = try ["a", "b"].map { try Server($0, of: folder, conninfo: postgres.conninfo) }
        let world = World(
            name: name,
            folder: folder,
            servers: servers,
            conninfo: postgres.conninfo,
            client: client,
            store: PostgresStore(client: client, sealKey: sealKey)
        )
        let companions: [@Sendable () async throws -> Void] =
            [{ await postgres.run() }] + servers.map { server in { try await server.run() } }
        try await Companions.during(companions) {
            for server in servers { try await server.start() }
            try await world.balanced()
            try await body(world)
            for server in servers { try await server.drain() }
        }
        await client.close()
        if diskBytes != nil { SmallDisk.unmount(data) }
    }

    /// The one number that the query answers with.
    func count(_ sql: String) async throws -> Int { try await client.query(.unprepared(sql)).one().get(0) }

    func tell(_ text: String) { Progress.tell(name, text) }

    // MARK: - Who owns what

    /// The shards whose lease the server holds.
    func shards(of server: Server) async throws -> Set<Shard> {
        let sql = "SELECT shard FROM lease WHERE owner = $1 AND until > now()"
        let rows = try await client.query(.unprepared(sql, [.text(try server.engine)]))
        return Set(try rows.map { Shard(try $0.get(0)) })
    }

    /// Waits until the servers share the shards evenly.
    func balanced() async throws {
        try await wait(for: "each server owns its share of the shards", atMost: .seconds(20)) {
            for server in servers {
                guard try await shards(of: server).count == Shard.count / servers.count else { return false }
            }
            return true
        }
    }

    // MARK: - PostgreSQL

    /// Ends PostgreSQL at once and without a checkpoint, as `pg_ctl stop -m immediate` does; it is started again.
    func crashPostgres() throws { try signalPostgres(SIGQUIT) }

    /// Ends PostgreSQL in order and waits until it is back.
    func restartPostgres() async throws {
        let former = try postmaster
        try signalPostgres(SIGINT)
        try await wait(for: "PostgreSQL is back", atMost: .seconds(20)) {
            guard try postmaster != former else { return false }
            return try await count("SELECT 1") == 1
        }
    }

    private var postmaster: Int32? {
        get throws {
            let text = try String(contentsOfFile: database + "/postgres/data/postmaster.pid", encoding: .utf8)
            return text.split(separator: "\n").first.flatMap { Int32($0) }
        }
    }

    private func signalPostgres(_ signal: Int32) throws {
        guard let process = try postmaster, kill(process, signal) == 0 else {
            throw Broken("PostgreSQL was not there to be struck")
        }
    }

    /// How many flushes and other writes the servers did not know the outcome of, by their logs.
    func unknownOutcomes() throws -> Int {
        try servers.reduce(0) { sum, server in
            let text = try String(contentsOfFile: server.log, encoding: .utf8)
            return sum + text.ranges(of: "it took effect wholly or not at all").count
        }
    }
}
