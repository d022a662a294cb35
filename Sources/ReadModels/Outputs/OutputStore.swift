import Crypto
package import Postgres
package import Time

/// What programs printed on hosts, compressed as it came.
///
/// Of each node the newest are kept, of any node for ninety days: the log has the end of each output for ever.
package struct OutputStore: Sendable {
    /// Most outputs of one node.
    package static let maximumCount = 100
    /// Most bytes of one node's outputs.
    package static let maximumBytes: Int64 = 50_000_000
    /// How long an output is kept.
    package static let lifetime = Duration.seconds(90 * 86_400)
    /// How many outlived outputs are removed with each new one.
    private static let sweepCount: Int64 = 100

    private let client: PostgresClient

    package init(client: PostgresClient) { self.client = client }

    /// Stores the output; the same again changes nothing.
    package func store(
        _ body: [UInt8],
        of order: String,
        named name: String,
        from node: String,
        at now: Timestamp
    ) async throws {
        let digest = Hexadecimal.text(SHA256.hash(data: body))
        _ = try await client.query(
            Self.upsert(.text(node), .text(order), .text(name), .text(digest), .bytea(body), .timestamp(now))
        )
        _ = try await client.query(
            Self.sweepNode(.text(node), .int64(Int64(Self.maximumCount)), .int64(Self.maximumBytes))
        )
        _ = try await client.query(Self.sweepAge(.timestamp(now - Self.lifetime), .int64(Self.sweepCount)))
    }

    /// A node's outputs, the newest first.
    package func list(node: String) async throws -> [OutputView] {
        try await client.query(Self.select(.text(node))).map { row in
            OutputView(
                order: try row.get("order_id"),
                name: try row.get("name"),
                digest: try row.get("digest"),
                byteCount: Int(try row.get("bytes", as: Int32.self)),
                storedAt: try row.get("stored_at")
            )
        }
    }

    /// The compressed output; nil where there is none, or no more.
    package func body(node: String, order: String, name: String) async throws -> [UInt8]? {
        try await client.query(Self.selectBody(.text(node), .text(order), .text(name))).first?.get(0)
    }

    // MARK: - SQL

    private static let upsert = SQL(
        "output_upsert",
        """
        INSERT INTO output (node, order_id, name, digest, body, stored_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (node, order_id, name) DO UPDATE
        SET digest = excluded.digest, body = excluded.body, stored_at = excluded.stored_at
        WHERE output.digest <> excluded.digest
        """
    )

    private static let sweepNode = SQL(
        "output_sweep_node",
        """
        DELETE FROM output o USING (
            SELECT node, order_id, name,
                row_number() OVER newest AS place, sum(octet_length(body)) OVER newest AS bytes
            FROM output
            WHERE node = $1
            WINDOW newest AS (ORDER BY stored_at DESC, order_id, name)
        ) r
        WHERE (o.node, o.order_id, o.name) = (r.node, r.order_id, r.name) AND (r.place > $2 OR r.bytes > $3)
        """
    )

    private static let sweepAge = SQL(
        "output_sweep_age",
        """
        DELETE FROM output
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM output WHERE stored_at < $1 ORDER BY stored_at LIMIT $2))
        """
    )

    private static let select = SQL(
        "output_select",
        """
        SELECT order_id, name, digest, octet_length(body) AS bytes, stored_at
        FROM output
        WHERE node = $1
        ORDER BY stored_at DESC, order_id, name
        """
    )

    private static let selectBody = SQL(
        "output_select_body",
        "SELECT body FROM output WHERE node = $1 AND order_id = $2 AND name = $3"
    )
}
