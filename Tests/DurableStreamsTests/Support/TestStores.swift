import DurableStreams
import FoundationEssentials
import Glibc
import Logging
import Postgres
import TestSupport
import Testing
import Time

/// The stores that must behave alike.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory, postgres

    var testDescription: String { rawValue }

    /// Runs the body with an empty store.
    func with(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(InMemoryStore(now: wallTime))
        case .postgres: try await withPostgresStore { store, _ in try await body(store) }
        }
    }
}

/// Runs the body with a store in a database of its own.
func withPostgresStore(_ body: (PostgresStore, PostgresClient) async throws -> Void) async throws {
    try await withDatabase(migrations: engineMigrations(), configure: { $0.maxConnections = 8 }) { client in
        try await body(PostgresStore(client: client, sealKey: .test), client)
    }
}

/// A database of its own, for several clients.
func migratedDatabase() async throws -> TestDatabase { try await TestDatabase.create(migrations: engineMigrations()) }

/// The engine's tables alone.
private func engineMigrations() throws -> [Migration] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../db/migrations").standardizedFileURL.path
    return try Migration.load(directory: folder)
}

/// The machine's clock.
@Sendable func wallTime() -> Timestamp {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000)
}
