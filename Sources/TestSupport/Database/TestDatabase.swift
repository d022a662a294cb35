import EmbeddedPostgres
import Logging
package import Postgres

/// A database of its own for one test or suite, on the process's throw-away server.
package struct TestDatabase: Sendable {
    package let name: String
    package let conninfo: String

    /// - Parameter migrations: applied once per process and then copied; none for an empty database.
    package static func create(migrations: [Migration] = []) async throws -> Self {
        let name = try await TestCluster.shared.makeDatabase(migrations: migrations)
        return Self(name: name, conninfo: try await TestCluster.shared.conninfo(database: name))
    }

    /// A client of the database; close it before the database is dropped.
    package func client(
        _ configure: (inout PostgresConfiguration) -> Void = { _ in }
    ) throws(PostgresError) -> PostgresClient {
        var configuration = PostgresConfiguration.patient(conninfo)
        configuration.maxConnections = 4
        configure(&configuration)
        return try PostgresClient(configuration, logger: .quiet)
    }

    /// Ends its sessions and removes it; what is never dropped goes with the server.
    package func drop() async throws { try await TestCluster.shared.dropDatabase(name) }
}

extension PostgresConfiguration {
    /// One that waits: no test may fail because the machine has too much to do.
    static func patient(_ conninfo: String) -> Self {
        var configuration = Self(conninfo: conninfo)
        configuration.acquireTimeout = .seconds(600)
        configuration.connectTimeout = .seconds(120)
        return configuration
    }
}

/// Runs `body` with a client of a database of its own; the database goes with the server.
package func withDatabase<Value>(
    migrations: [Migration] = [],
    configure: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresClient) async throws -> Value
) async throws -> Value {
    let client = try await TestDatabase.create(migrations: migrations).client(configure)
    do {
        let value = try await body(client)
        await client.close()
        return value
    } catch {
        await client.close()
        throw error
    }
}
