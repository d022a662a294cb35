import Postgres
package import Time

/// When a node's agent was last heard, and how far its clock is off.
package struct NodeContact: Equatable, Sendable {
    package var node: String
    package var heardAt: Timestamp
    /// How far it is ahead of the server's; 0 while it is near enough for its requests to be taken.
    package var clockOffSeconds: Int32

    package init(node: String, heardAt: Timestamp, clockOffSeconds: Int32) {
        self.node = node
        self.heardAt = heardAt
        self.clockOffSeconds = clockOffSeconds
    }
}

/// Keeps the contacts of nodes: no read model, for the log has nothing of what agents ask.
package struct NodeContactStore: Sendable {
    private let client: PostgresClient

    init(client: PostgresClient) { self.client = client }

    /// What is stored already and is later stays.
    ///
    /// - Parameter contacts: of distinct nodes.
    package func write(_ contacts: [NodeContact]) async throws {
        // In one order for all, so that two who write the same nodes wait for each other and never in a circle.
        let sorted = contacts.sorted { $0.node < $1.node }
        let statement = Self.upsert(
            .texts(sorted.map(\.node)),
            .timestamps(sorted.map(\.heardAt)),
            .int32s(sorted.map(\.clockOffSeconds))
        )
        _ = try await client.query(statement)
    }

    /// Gives each node a contact that has none: servers of the former version, which may run beside this one, gave none at its enrolment.
    static var addMissing: Statement { insertMissing() }

    // MARK: - SQL

    private static let insertMissing = SQL(
        "node_contact_insert_missing",
        """
        INSERT INTO node_contact (node, heard_at, clock_off_seconds)
        SELECT n.id, n.enrolled_at, 0 FROM node n
        WHERE NOT EXISTS (SELECT FROM node_contact k WHERE k.node = n.id)
        ORDER BY 1
        ON CONFLICT (node) DO NOTHING
        """
    )

    private static let upsert = SQL(
        "node_contact_upsert",
        """
        INSERT INTO node_contact (node, heard_at, clock_off_seconds)
        SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::integer[])
        ON CONFLICT (node) DO UPDATE
        SET heard_at = excluded.heard_at, clock_off_seconds = excluded.clock_off_seconds
        WHERE node_contact.heard_at <= excluded.heard_at
        """
    )
}

extension FleetQuestions {
    /// Where it is kept when agents were last heard.
    package var contactStore: NodeContactStore { NodeContactStore(client: client) }
}
