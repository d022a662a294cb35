package import Logging

/// Brings the schema of a database up to date.
///
/// Each migration runs in a transaction of its own, under an advisory lock, so that processes that start together
/// take turns and each migration is applied once.
package struct Migrator: Sendable {
    package enum Status: Equatable, Sendable {
        case upToDate
        /// Files to be applied, in order.
        case pending([String])
    }

    private struct Applied {
        var number: Int
        var name: String
        var checksum: String

        var fileName: String { Migration.fileName(number: number, name: name) }
    }

    private let migrations: [Migration]
    private let logger: Logger
    /// "ringmast" in ASCII.
    private static let lockKey: Int64 = 0x7269_6e67_6d61_7374
    /// A migration that waits longer for a table would hold up everybody behind it.
    private static let lockTimeout = "30s"

    /// - Parameter migrations: numbered 1, 2, 3 … in order.
    package init(_ migrations: [Migration], logger: Logger) throws(MigrationError) {
        try Migration.checkNumbers(of: migrations)
        self.migrations = migrations
        self.logger = logger
    }

    /// Compares the database with the migrations and changes nothing.
    ///
    /// - Throws: ``MigrationError`` when they do not fit together.
    package func check(_ client: PostgresClient) async throws(MigrationError) -> Status {
        let pending: [Migration]
        do {
            let found = try await client.query(Self.findTable()).one().get(0, as: Bool.self)
            let rows = found ? try await client.query(Self.listApplied()) : nil
            pending = try self.pending(after: Self.decode(rows))
        } catch let error as PostgresError {
            throw .database(error)
        } catch {
            throw error as? MigrationError ?? .database(PostgresError(.other, "\(error)"))
        }
        return pending.isEmpty ? .upToDate : .pending(pending.map(\.fileName))
    }

    /// Applies what is pending.
    ///
    /// - Returns: the files that were applied now, in order.
    /// - Throws: ``MigrationError``; what was applied before the failed migration stays.
    package func run(_ client: PostgresClient) async throws(MigrationError) -> [String] {
        do {
            return try await client.withConnection { session in
                // The lock goes with the session.
                _ = try await session.batch([Self.setLockTimeout(.text(Self.lockTimeout))])
                _ = try await session.query(Self.lock(.int64(Self.lockKey)))
                if try await !session.query(Self.findTable()).one().get(0, as: Bool.self) {
                    try await session.script(Self.createTable, name: "schema_migration")
                }
                let applied = try Self.decode(try await session.query(Self.listApplied()))
                let pending = try self.pending(after: applied)
                for migration in pending { try await apply(migration, in: session) }
                return pending.map(\.fileName)
            }
        } catch let error as PostgresError {
            throw .database(error)
        } catch {
            throw error as? MigrationError ?? .database(PostgresError(.other, "\(error)"))
        }
    }

    // MARK: - Steps

    private func apply(_ migration: Migration, in session: PostgresSession) async throws(MigrationError) {
        do {
            _ = try await session.query(Self.begin)
            try await session.script(migration.sql, name: migration.fileName)
            _ = try await session.query(
                Self.record(.int32(Int32(migration.number)), .text(migration.name), .text(migration.checksum))
            )
            try await session.commit()
        } catch {
            // The session is closed after this, which rolls back as well.
            throw .failed(file: migration.fileName, error)
        }
        logger.notice("migration applied", metadata: ["migration.file": "\(migration.fileName)"])
    }

    private func pending(after applied: [Applied]) throws(MigrationError) -> [Migration] {
        for (index, row) in applied.enumerated() where row.number != index + 1 {
            throw .misnumbered(file: row.fileName, expected: index + 1)
        }
        for (row, migration) in zip(applied, migrations) {
            guard row.name == migration.name else {
                throw .renamed(applied: row.fileName, found: migration.fileName)
            }
            guard row.checksum == migration.checksum else {
                throw .changed(file: migration.fileName, applied: row.checksum, found: migration.checksum)
            }
        }
        let unknown = applied.dropFirst(migrations.count)
        guard unknown.isEmpty else {
            throw .unknown(applied: unknown.map(\.fileName), newestKnown: migrations.last?.fileName)
        }
        return Array(migrations.dropFirst(applied.count))
    }

    private static func decode(_ rows: Rows?) throws(PostgresError) -> [Applied] {
        var applied: [Applied] = []
        for row in rows.map(Array.init) ?? [] {
            applied.append(Applied(number: try row.get(0), name: try row.get(1), checksum: try row.get(2)))
        }
        return applied
    }

    private static let begin = Statement.unprepared("BEGIN")
    private static let setLockTimeout = SQL(
        "migration_lock_timeout",
        "SELECT set_config('lock_timeout', $1, false)"
    )
    private static let lock = SQL("migration_lock", "SELECT pg_advisory_lock($1)")
    private static let findTable = SQL("migration_table", "SELECT to_regclass('schema_migration') IS NOT NULL")
    private static let listApplied = SQL(
        "migration_list",
        "SELECT number, name, checksum FROM schema_migration ORDER BY number"
    )
    private static let record = SQL(
        "migration_record",
        "INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)"
    )
    private static let createTable = """
        CREATE TABLE schema_migration (
            number     int4 NOT NULL CONSTRAINT schema_migration_pk PRIMARY KEY CHECK (number > 0),
            name       text NOT NULL,
            checksum   text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """
}
