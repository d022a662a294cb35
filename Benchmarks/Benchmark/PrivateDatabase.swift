import ControlPlane
import DurableStreams
import EmbeddedPostgres
import Logging
import Postgres
import Schema

/// A PostgreSQL of the benchmark's own, with the durability that every server has.
struct PrivateDatabase {
    /// Where it is.
    let folder: String
    let conninfo: String
    let logger: Logger

    /// - Parameter folder: where it stays; nil for one that is removed afterwards.
    static func with<Value>(folder: String? = nil, _ body: (Self) async throws -> Value) async throws -> Value {
        guard let folder else { return try await ServerProcess.withFolder { try await with(folder: $0, body) } }
        var logger = Logger(label: "benchmark")
        logger.logLevel = .error
        let server = try await EmbeddedPostgres.start(dataFolder: folder, logger: logger)
        let outcome: Swift.Result<Value, any Error>
        do {
            outcome = .success(try await body(Self(folder: folder, conninfo: server.conninfo, logger: logger)))
        } catch {
            outcome = .failure(error)
        }
        await server.stop()
        return try outcome.get()
    }

    func client(connections: Int) throws -> PostgresClient {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.maxConnections = connections
        return try PostgresClient(configuration, logger: logger)
    }

    /// Kept beside the database, for a server that comes after.
    func sealKey(_ client: PostgresClient) async throws -> SealKey {
        try await SealKeyFile(path: folder + "/seal.key").prepare(SealedDatabase(client: client), logger: logger)
    }

    func migrate(_ client: PostgresClient) async throws {
        _ = try await Migrator(Schema.migrations, logger: logger).run(client)
    }
}
