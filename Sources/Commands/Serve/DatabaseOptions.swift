package import ArgumentParser
import EmbeddedPostgres
import Glibc
import Logging
import Postgres

/// Where the log is kept: a private PostgreSQL in the data folder, or one of your own.
package struct DatabaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder: keys, token, and the private PostgreSQL.", valueName: "folder"))
    package var data = ".ringmaster"

    @Option(
        help: ArgumentHelp(
            "A libpq connection string to PostgreSQL 15 or later, instead of the private one (RINGMASTER_DATABASE). "
                + "Keep passwords in ~/.pgpass.",
            valueName: "conninfo"
        )
    )
    package var database: String?

    package init() {}

    /// nil means the private PostgreSQL.
    var conninfo: String? {
        database ?? getenv("RINGMASTER_DATABASE").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Runs the body with a client of the database; starts the private PostgreSQL for as long as it needs it.
    func withClient<Value>(_ logger: Logger, _ body: (PostgresClient) async throws -> Value) async throws -> Value {
        if let conninfo { return try await Self.withClient(of: conninfo, logger, body) }
        let server = try await EmbeddedPostgres.attachOrStart(dataFolder: data, logger: logger)
        do {
            let value = try await Self.withClient(of: server.conninfo, logger, body)
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }

    private static func withClient<Value>(
        of conninfo: String,
        _ logger: Logger,
        _ body: (PostgresClient) async throws -> Value
    ) async throws -> Value {
        let client = try PostgresClient(PostgresConfiguration(conninfo: conninfo), logger: logger)
        do {
            let value = try await body(client)
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }
}
