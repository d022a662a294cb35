package import Postgres

/// What a database holds of its seals: which key they are by, and rows of before that have none.
package struct SealedDatabase: Sendable {
    /// Rows sealed at a time: they bound the memory, which a commit or a snapshot may use 300 kB and more of.
    private static let rowsAtOnce = 128
    /// "ringseal" in ASCII.
    private static let lockKey: Int64 = 0x7269_6e67_7365_616c

    private let client: PostgresClient

    /// - Parameter client: of a database with the migrations applied.
    package init(client: PostgresClient) { self.client = client }

    /// Runs the body while no other server does the same.
    package func exclusively<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await client.withConnection { session in
            // It goes with the session.
            _ = try await session.query(Self.lock(.int64(Self.lockKey)))
            return try await body()
        }
    }

    /// Of the key that the database is sealed with; nil for one that was never sealed, as far as it says so itself.
    package func fingerprint() async throws -> [UInt8]? {
        try await client.query(Self.selectFingerprint()).first?.get(0)
    }

    /// What the rows that have seals are like, whatever ``fingerprint()`` says.
    package enum Rows: Sendable {
        case none
        /// There are some, and none has a seal: they are of before the seals, or somebody took them away.
        case unsealed
        /// One at least has a seal.
        case sealed
    }

    package func rows() async throws -> Rows {
        if try await client.query(Self.findSeals()).one().get(0) { return .sealed }
        return try await client.query(Self.findRows()).one().get(0) ? .unsealed : .none
    }

    package func record(_ key: SealKey) async throws {
        _ = try await client.query(Self.insertFingerprint(.bytea(key.fingerprint)))
    }

    /// Seals every row that has no seal: whatever is there at this moment is believed from now on.
    ///
    /// May be called again after a crash. Reads the whole log: at some 100 MB a second.
    package func sealAll(with key: SealKey) async throws {
        try await sealMessages(Self.selectInbox, Self.sealInbox, key)
        try await sealMessages(Self.selectSetAside, Self.sealSetAside, key)
        try await seal(Self.selectTasks, Self.sealTasks) { row in
            let stream = StreamID(try row.get(1))
            return key.seal(ofTask: try row.get(2), of: stream, kind: try row.get(3), body: try row.get(4))
        }
        try await seal(Self.selectSnapshots, Self.sealSnapshots) { row in
            key.seal(of: Snapshot(version: try row.get(2), state: try row.get(3)), of: StreamID(try row.get(1)))
        }
        try await sealCommits(key)
    }

    // MARK: - Steps

    private func sealMessages(_ select: SQL, _ update: SQL, _ key: SealKey) async throws {
        try await seal(select, update) { row in
            let message = Message(
                id: try row.get(2),
                stream: StreamID(try row.get(1)),
                kind: try row.get(3),
                body: try row.get(4),
                actor: try row.get(5),
                receivedAt: try row.get(6)
            )
            return key.seal(of: message)
        }
    }

    /// Page after page, until no row is without a seal.
    private func seal(_ select: SQL, _ update: SQL, _ seal: (Row) throws -> [UInt8]) async throws {
        while true {
            let rows = try await client.query(select(.int64(Int64(Self.rowsAtOnce))))
            guard !rows.isEmpty else { return }
            let places = try rows.column(0, as: String.self)
            _ = try await client.query(update(.texts(places), .byteas(try rows.map(seal))))
        }
    }

    private func sealCommits(_ key: SealKey) async throws {
        let store = PostgresStore.unchecked(client: client)
        for head in try await store.heads(of: Shard.all) where head.position > 0 {
            var place = LogPlace(shard: head.shard, position: 0)
            while true {
                let page = try await store.commits(behind: [place], limitOfEach: Self.rowsAtOnce)
                guard let last = page.last else { break }
                let statement = Self.sealCommitRows(
                    .int16(head.shard.rawValue),
                    .int64s(page.map(\.position)),
                    .byteas(page.map { key.seal(of: $0) })
                )
                _ = try await client.query(statement)
                place.position = last.position
            }
        }
    }
}

extension SealedDatabase {
    private static let lock = SQL("seal_lock", "SELECT pg_advisory_lock($1)")

    private static let selectFingerprint = SQL("seal_key_select", "SELECT fingerprint FROM seal_key")

    private static let insertFingerprint = SQL(
        "seal_key_insert",
        "INSERT INTO seal_key (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING"
    )

    private static let findSeals = SQL(
        "seal_find",
        """
        SELECT EXISTS (SELECT FROM commit WHERE seal IS NOT NULL)
            OR EXISTS (SELECT FROM stream WHERE snapshot_seal IS NOT NULL)
            OR EXISTS (SELECT FROM inbox WHERE seal IS NOT NULL)
            OR EXISTS (SELECT FROM set_aside WHERE seal IS NOT NULL)
            OR EXISTS (SELECT FROM task WHERE seal IS NOT NULL)
        """
    )

    private static let findRows = SQL(
        "seal_find_rows",
        """
        SELECT EXISTS (SELECT FROM commit) OR EXISTS (SELECT FROM stream) OR EXISTS (SELECT FROM inbox)
            OR EXISTS (SELECT FROM set_aside) OR EXISTS (SELECT FROM task)
        """
    )

    private static let selectInbox = SQL(
        "seal_select_inbox",
        "SELECT ctid::text, stream, id, kind, body, actor, received_at FROM inbox WHERE seal IS NULL LIMIT $1"
    )

    private static let selectSetAside = SQL(
        "seal_select_set_aside",
        "SELECT ctid::text, stream, id, kind, body, actor, received_at FROM set_aside WHERE seal IS NULL LIMIT $1"
    )

    private static let selectTasks = SQL(
        "seal_select_tasks",
        "SELECT ctid::text, stream, id, kind, body FROM task WHERE seal IS NULL LIMIT $1"
    )

    private static let selectSnapshots = SQL(
        "seal_select_snapshots",
        """
        SELECT ctid::text, stream, snapshot_version, snapshot
        FROM stream
        WHERE snapshot IS NOT NULL AND snapshot_seal IS NULL
        LIMIT $1
        """
    )

    private static let sealInbox = update("seal_inbox", "inbox", "seal")
    private static let sealSetAside = update("seal_set_aside", "set_aside", "seal")
    private static let sealTasks = update("seal_tasks", "task", "seal")
    private static let sealSnapshots = update("seal_snapshots", "stream", "snapshot_seal")

    private static func update(_ name: String, _ table: String, _ column: String) -> SQL {
        SQL(
            name,
            """
            UPDATE \(table) t
            SET \(column) = s.seal
            FROM unnest($1::text[], $2::bytea[]) AS s (place, seal)
            WHERE t.ctid = s.place::tid AND t.\(column) IS NULL
            """
        )
    }

    private static let sealCommitRows = SQL(
        "seal_commits",
        """
        UPDATE commit c
        SET seal = s.seal
        FROM unnest($2::int8[], $3::bytea[]) AS s (position, seal)
        WHERE c.shard = $1 AND c.position = s.position AND c.seal IS NULL
        """
    )
}
