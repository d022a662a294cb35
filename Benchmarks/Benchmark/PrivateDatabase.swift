import EmbeddedPostgres
import Foundation
import Logging
import Postgres
import Schema

/// A PostgreSQL of the benchmark's own, with the durability that every server has.
struct PrivateDatabase {
    let conninfo: String
    let logger: Logger

    static func with(_ body: (Self) async throws -> Void) async throws {
        var logger = Logger(label: "benchmark")
        logger.logLevel = .error
        let folder = FileManager.default.temporaryDirectory.appending(path: "ringmaster-benchmark-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let server = try await EmbeddedPostgres.start(dataFolder: folder, logger: logger)
        let outcome: Swift.Result<Void, any Error>
        do {
            outcome = .success(try await body(Self(conninfo: server.conninfo, logger: logger)))
        } catch {
            outcome = .failure(error)
        }
        await server.stop()
        try FileManager.default.removeItem(atPath: folder)
        try outcome.get()
    }

    func client(connections: Int) throws -> PostgresClient {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.maxConnections = connections
        return try PostgresClient(configuration, logger: logger)
    }

    func migrate(_ client: PostgresClient) async throws {
        _ = try await Migrator(Schema.migrations, logger: logger).run(client)
    }
}
