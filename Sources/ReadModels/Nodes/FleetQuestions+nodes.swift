import AgentProtocol
import Domain
import PatchStreams
import Postgres
import Time

extension FleetQuestions {
    /// All nodes, by name.
    package func nodes() async throws -> [NodeView] {
        try await projector.catchUp()
        return try await client.query(Self.selectNodes(.text(nil))).map { try view($0) }
    }

    /// - Throws: ``Problem`` 404 for an unknown node.
    package func node(_ id: String) async throws -> NodeView {
        try await projector.catchUp()
        guard let row = try await client.query(Self.selectNodes(.text(id))).first else {
            let detail = "there is no node \(id); `ringmaster node ls` lists those there are"
            throw Problem(status: 404, code: "node-not-found", detail: detail)
        }
        return try view(row)
    }

    /// The nodes that stages may select: enrolled and not revoked, by id.
    package func activeNodes() async throws -> [NodeTarget] {
        try await projector.catchUp()
        return try await client.query(Self.selectActive()).map { row in
            NodeTarget(id: try row.get(0), site: try row.get(1), patchGroup: try row.get(2))
        }
    }

    /// The names that people know nodes by.
    func names(of nodes: [String]) async throws -> [String: String] {
        var names: [String: String] = [:]
        for row in try await client.query(Self.selectNames(.texts(nodes))) {
            names[try row.get(0)] = try row.get(1, as: String.self)
        }
        return names
    }

    // MARK: - Steps

    private func view(_ row: Row) throws -> NodeView {
        let provedAt = try row.get("proved_at", as: Timestamp?.self)
        return NodeView(
            id: try row.get("id"),
            name: try row.get("name"),
            site: try row.get("site"),
            patchGroup: try row.get("patch_group"),
            platform: try row.get("platform"),
            platformVersion: try row.get("platform_version"),
            agentVersion: try row.get("agent_version"),
            enrolledAt: try row.get("enrolled_at"),
            isRevoked: try row.get("is_revoked"),
            compliance: state(try row.get("state"), provedAt: provedAt),
            baseline: try row.get("baseline"),
            lastScanAt: provedAt,
            missing: try list("missing", of: row),
            criticalMissing: try row.get("critical_missing", as: Int?.self) ?? 0,
            updates: try row.get("updates", as: Int?.self) ?? 0,
            securityUpdates: try row.get("security_updates", as: Int?.self) ?? 0,
            rebootReasons: try list("reboot_reasons", of: row)
        )
    }

    private func list<Item: Decodable>(_ column: String, of row: Row) throws -> [Item] {
        try row.get(column, as: String?.self).map { try DomainJSON.decode([Item].self, from: $0) } ?? []
    }

    /// A proof that is too old proves nothing.
    private func state(_ stored: String?, provedAt: Timestamp?) -> String {
        guard let stored, let provedAt, now() <= provedAt + .seconds(NodeCompliance.scanLifetimeSeconds) else {
            return NodeCompliance.State.unknown.rawValue
        }
        return stored
    }

    // MARK: - SQL

    private static let selectNodes = SQL(
        "node_select",
        """
        SELECT n.id, n.name, n.site, n.patch_group, n.platform, n.platform_version, n.agent_version, n.enrolled_at,
            n.is_revoked, c.state, c.baseline, c.proved_at, c.missing, c.critical_missing, c.updates,
            c.security_updates, c.reboot_reasons
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        WHERE $1::text IS NULL OR n.id = $1
        ORDER BY n.name, n.id
        """
    )

    private static let selectActive = SQL(
        "node_select_active",
        "SELECT id, site, patch_group FROM node WHERE NOT is_revoked ORDER BY id"
    )

    private static let selectNames = SQL("node_select_names", "SELECT id, name FROM node WHERE id = ANY ($1)")
}
