import EmbeddedPostgres
import Glibc
package import Logging
import Postgres

/// The throw-away PostgreSQL server of this test process: started on first use, shared by all suites, gone with it.
///
/// A missing PostgreSQL fails the test that asks for it; nothing is skipped.
package actor TestCluster {
    package static let shared = TestCluster()

    private var starting: Task<EmbeddedPostgres, any Error>?
    private var templates: [String: Task<String, any Error>] = [:]
    private var administrator: PostgresClient?

    /// The connection string for a database of the server.
    package func conninfo(database: String) async throws -> String {
        try await server().conninfo(database: database)
    }

    /// Makes a database, empty or as the migrations leave it.
    ///
    /// The migrations run once per process, into a template that the databases are copied from.
    func makeDatabase(migrations: [Migration]) async throws -> String {
        let name = "test_\(Self.randomName())"
        let template = migrations.isEmpty ? "template0" : try await self.template(for: migrations)
        try await administer("CREATE DATABASE \(name) TEMPLATE \(template)")
        return name
    }

    func dropDatabase(_ name: String) async throws {
        try await administer("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    // MARK: - Steps

    private func server() async throws -> EmbeddedPostgres {
        // Shared by all who ask and awaited by each; it ends by itself.
        let task = starting ?? Task { try await Self.start() }
        starting = task
        return try await task.value
    }

    private static func start() async throws -> EmbeddedPostgres {
        let folder = try TemporaryFolder.make(mode: 0o755)
        try Reaper.watch(folder)
        var options = EmbeddedPostgres.Options()
        options.durability = .none
        options.database = "test"
        return try await EmbeddedPostgres.start(dataFolder: folder, options: options, logger: .quiet)
    }

    private func template(for migrations: [Migration]) async throws -> String {
        let key = migrations.map(\.checksum).joined()
        // As above.
        let task = templates[key] ?? Task { try await self.makeTemplate(migrations) }
        templates[key] = task
        return try await task.value
    }

    private func makeTemplate(_ migrations: [Migration]) async throws -> String {
        let name = "template_\(Self.randomName())"
        try await administer("CREATE DATABASE \(name) TEMPLATE template0")
        let client = try PostgresClient(.patient(try await conninfo(database: name)), logger: .quiet)
        do {
            _ = try await Migrator(migrations, logger: .quiet).run(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        return name
    }

    private func administer(_ command: String) async throws {
        if administrator == nil {
            var configuration = PostgresConfiguration.patient(try await conninfo(database: "test"))
            configuration.maxConnections = 3
            administrator = try administrator ?? PostgresClient(configuration, logger: .quiet)
        }
        _ = try await administrator?.query(.unprepared(command))
    }

    private static func randomName() -> String { String(UInt64.random(in: 0 ... .max), radix: 36) }
}

extension Logger {
    /// Says nothing below an error, for tests.
    package static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        return logger
    }
}
