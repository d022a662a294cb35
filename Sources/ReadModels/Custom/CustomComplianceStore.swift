package import Domain
import PatchStreams
import Postgres
package import Time

/// What others say of nodes' compliance: no read model, for the log has nothing of it (decision 0036).
package struct CustomComplianceStore: Sendable {
    private let client: PostgresClient
    private let projector: Projector

    init(client: PostgresClient, projector: Projector) { (self.client, self.projector) = (client, projector) }

    /// Keeps what is said of a node in the place of what was said of the same type; what is kept by the same hash changes nothing.
    ///
    /// Those who report of one node at the same time do so one after the other.
    ///
    /// - Parameter isPart: whether items of other ids stay.
    /// - Returns: false where the node is gone.
    /// - Throws: ``CustomRefusal`` for what is not kept.
    package func put(_ compliance: CustomCompliance, isPart: Bool, of node: String) async throws -> Bool {
        // It may have been enrolled a moment ago.
        try await projector.catchUp()
        return try await client.withTransaction { session in
            _ = try await session.query(Self.lock(.text(node)))
            var shelf = try CustomShelf(try await session.query(Self.selectShelf(.text(node))))
            if shelf.has(compliance.hash, of: compliance.type) { return true }
            var whole = compliance
            if isPart {
                let known = try await session.query(Self.selectItems(.text(node), .text(compliance.type)))
                whole = compliance.replaced(in: try Self.items(known).first?.items ?? [])
            }
            try whole.check()
            let json = try DomainJSON.encode(whole.items)
            let bytes = json.utf8.count
            try shelf.put(CustomShelf.Record(hash: compliance.hash, bytes: bytes), of: compliance.type)
            return try await session.query(try Self.upsert(whole, json, bytes: bytes, of: node)).affected == 1
        }
    }

    /// What is said of a node, by type.
    ///
    /// - Parameter type: nil for all types.
    package func items(ofNode node: String, type: String? = nil) async throws -> [CustomCompliance] {
        try Self.items(try await client.query(Self.selectItems(.text(node), .text(type))))
    }

    /// What is said of the nodes without the items, by node and then by type.
    package func counts(of nodes: [String]) async throws -> [String: [CustomComplianceCount]] {
        guard !nodes.isEmpty else { return [:] }
        var counts: [String: [CustomComplianceCount]] = [:]
        for row in try await client.query(Self.selectCounts(.texts(nodes))) {
            let count = CustomComplianceCount(
                type: try row.get("type"),
                executedAt: try row.get("executed_at"),
                executionID: try row.get("execution_id"),
                executionType: try row.get("execution_type"),
                compliant: try DomainJSON.decode([String: Int].self, from: try row.get("compliant")),
                nonCompliant: try DomainJSON.decode([String: Int].self, from: try row.get("non_compliant"))
            )
            counts[try row.get("node"), default: []].append(count)
        }
        return counts
    }

    // MARK: - Steps

    private static func items(_ rows: Rows) throws -> [CustomCompliance] {
        try rows.map { row in
            CustomCompliance(
                type: try row.get("type"),
                executedAt: try row.get("executed_at"),
                executionID: try row.get("execution_id"),
                executionType: try row.get("execution_type"),
                hash: try row.get("hash"),
                items: try DomainJSON.decode([CustomCompliance.Item].self, from: try row.get("items"))
            )
        }
    }

    private static func upsert(
        _ whole: CustomCompliance,
        _ json: String,
        bytes: Int,
        of node: String
    ) throws -> Statement {
        let (compliant, nonCompliant) = whole.counts
        return Statement(
            upsert,
            [
                .text(node), .text(whole.type), .timestamp(whole.executedAt), .text(whole.executionID),
                .text(whole.executionType), .text(whole.hash), .json(try DomainJSON.encode(compliant)),
                .json(try DomainJSON.encode(nonCompliant)), .json(json), .int32(Int32(clamping: bytes)),
            ]
        )
    }

    // MARK: - SQL

    /// Of what is said of one node; another node of the same hash waits in vain, for a moment.
    private static let lock = SQL(
        "custom_compliance_lock",
        "SELECT pg_advisory_xact_lock(523014012, hashtext($1))"
    )

    private static let selectShelf = SQL(
        "custom_compliance_select_shelf",
        "SELECT type, hash, bytes FROM custom_compliance WHERE node = $1"
    )

    /// As of custom inventory, the node's row is held meanwhile.
    private static let upsert = SQL(
        "custom_compliance_upsert",
        """
        INSERT INTO custom_compliance (node, type, executed_at, execution_id, execution_type, hash, compliant,
            non_compliant, items, bytes)
        SELECT n.id, $2, $3, $4, $5, $6, $7, $8, $9, $10
        FROM (SELECT id FROM node WHERE id = $1 AND NOT is_revoked FOR SHARE) n
        ON CONFLICT (node, type) DO UPDATE
        SET executed_at = excluded.executed_at, execution_id = excluded.execution_id,
            execution_type = excluded.execution_type, hash = excluded.hash, compliant = excluded.compliant,
            non_compliant = excluded.non_compliant, items = excluded.items, bytes = excluded.bytes
        """
    )

    private static let selectItems = SQL(
        "custom_compliance_select_items",
        """
        SELECT type, executed_at, execution_id, execution_type, hash, items
        FROM custom_compliance
        WHERE node = $1 AND ($2::text IS NULL OR type = $2)
        ORDER BY type
        """
    )

    private static let selectCounts = SQL(
        "custom_compliance_select_counts",
        """
        SELECT node, type, executed_at, execution_id, execution_type, compliant, non_compliant
        FROM custom_compliance
        WHERE node = ANY ($1)
        ORDER BY node, type
        """
    )
}

/// What a type of custom compliance comes to on a node.
package struct CustomComplianceCount: Equatable, Sendable {
    package let type: String
    package let executedAt: Timestamp
    package let executionID: String?
    package let executionType: String?
    /// By level.
    package let compliant: [String: Int]
    package let nonCompliant: [String: Int]
}

extension CustomShelf {
    /// - Parameter rows: with the type, the hash and the bytes of each record.
    init(_ rows: Rows) throws {
        var records: [String: Record] = [:]
        for row in rows {
            let bytes = Int(try row.get("bytes", as: Int32.self))
            records[try row.get("type")] = Record(hash: try row.get("hash"), bytes: bytes)
        }
        self.init(records)
    }
}

extension FleetQuestions {
    /// Where it is kept what others say of nodes' compliance.
    package var customCompliance: CustomComplianceStore { CustomComplianceStore(client: client, projector: projector) }
}
