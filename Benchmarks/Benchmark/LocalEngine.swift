import ControlPlane
import DurableStreams
import Postgres

/// An engine in this process, on a PostgreSQL of its own.
struct LocalEngine: Sendable {
    let database: PrivateDatabase
    let client: PostgresClient
    let store: PostgresStore
    let hints: Hints
    let sender: MessageSender
    let orderKey: OrderSigningKey
    let sealKey: SealKey
    let meter: Meter

    /// Runs the engine while the body runs.
    ///
    /// - Parameter folder: keeps the database for a server that comes after; nil for one that is removed afterwards.
    static func with<Value: Sendable>(
        folder: String? = nil,
        _ body: (Self) async throws -> Value
    ) async throws -> Value {
        try await PrivateDatabase.with(folder: folder) { database in
            let (engineClient, client) = (try database.client(connections: 3), try database.client(connections: 8))
            try await database.migrate(client)
            let sealKey = try await database.sealKey(client)
            let (hints, orderKey) = (Hints(), OrderSigningKey())
            let service = EngineService(
                id: "benchmark",
                store: PostgresStore(client: engineClient, sealKey: sealKey),
                types: StreamTypes.all(orderKeys: OrderKeys(orderKey)),
                hints: hints,
                logger: database.logger
            )
            let store = PostgresStore(client: client, sealKey: sealKey)
            let engine = Self(
                database: database,
                client: client,
                store: store,
                hints: hints,
                sender: MessageSender(store: store, hints: hints),
                orderKey: orderKey,
                sealKey: sealKey,
                meter: Meter(client: client)
            )
            let value = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await service.run() }
                defer { group.cancelAll() }
                return try await body(engine)
            }
            await engineClient.close()
            await client.close()
            return value
        }
    }
}
