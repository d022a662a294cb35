package import Domain
import PatchStreams
import Postgres

/// The inventory that others report of nodes: no read model, for the log has nothing of it (decision 0036).
package struct CustomInventoryStore: Sendable {
    private let client: PostgresClient
    private let projector: Projector

    init(client: PostgresClient, projector: Projector) { (self.client, self.projector) = (client, projector) }

    /// Keeps what is reported of a node: all of it, or nothing.
    ///
    /// Two who report at the same time may together pass a limit by what one of them brings.
    ///
    /// - Parameter items: of distinct types; without entries where those that are kept have the item's hash.
    /// - Returns: false where the node is gone.
    /// - Throws: ``CustomRefusal`` for what is not kept.
    package func put(_ items: [(item: CustomInventory, isWhole: Bool)], of node: String) async throws -> Bool {
        // It may have been enrolled a moment ago.
        try await projector.catchUp()
        var shelf = try await shelf(of: node)
        var (seen, new) = ([CustomInventory](), [(item: CustomInventory, json: String)]())
        for (item, isWhole) in items {
            if shelf.has(item.hash, of: item.type) {
                seen.append(item)
                continue
            }
            guard isWhole else { throw CustomRefusal.otherContent(item.type) }
            let json = try DomainJSON.encode(item.entries)
            try item.check(bytes: json.utf8.count)
            try shelf.put(CustomShelf.Record(hash: item.hash, bytes: json.utf8.count), of: item.type)
            new.append((item, json))
        }
        let results = try await client.batch([try insert(new, of: node), see(seen, of: node)])
        return results[0].affected == new.count && results[1].affected == seen.count
    }

    /// Of the nodes, by node and then by type.
    package func inventories(of nodes: [String], types: [String]) async throws -> [String: [String: CustomInventory]] {
        guard !nodes.isEmpty, !types.isEmpty else { return [:] }
        var found: [String: [String: CustomInventory]] = [:]
        for row in try await client.query(Self.select(.texts(nodes), .texts(types))) {
            let inventory = CustomInventory(
                type: try row.get("type"),
                schemaVersion: try row.get("schema_version"),
                capturedAt: try row.get("captured_at"),
                hash: try row.get("hash"),
                entries: try DomainJSON.decode([CustomInventory.Entry].self, from: try row.get("entries"))
            )
            found[try row.get("node"), default: [:]][inventory.type] = inventory
        }
        return found
    }

    /// The attributes of each type that nodes of the site have, and the last of its schema versions.
    ///
    /// - Parameter scope: of the one who asks.
    package func schemas(
        site: String,
        within scope: AccessScope
    ) async throws -> [String: (version: String, attributes: Set<String>)] {
        var schemas: [String: (version: String, attributes: Set<String>)] = [:]
        for row in try await client.query(Self.selectSchemas(.text(site)))
        where scope.covers(site: site, patchGroup: try row.get("patch_group")) {
            let (type, version): (String, String) = (try row.get("type"), try row.get("schema_version"))
            let attributes = try DomainJSON.decode(Set<String>.self, from: try row.get("attributes"))
            let known = schemas[type] ?? (version, [])
            schemas[type] = (max(known.version, version), known.attributes.union(attributes))
        }
        return schemas
    }

    // MARK: - Steps

    private func shelf(of node: String) async throws -> CustomShelf {
        try await CustomShelf(client.query(Self.selectShelf(.text(node))))
    }

    private func insert(_ new: [(item: CustomInventory, json: String)], of node: String) throws -> Statement {
        let items = new.map(\.item)
        return Self.upsert(
            .text(node),
            .texts(items.map(\.type)),
            .texts(items.map(\.schemaVersion)),
            .texts(items.map(\.capturedAt)),
            .texts(items.map(\.hash)),
            .jsons(try items.map { try DomainJSON.encode($0.attributes) }),
            .jsons(new.map(\.json)),
            .int32s(new.map { Int32(clamping: $0.json.utf8.count) })
        )
    }

    private func see(_ seen: [CustomInventory], of node: String) -> Statement {
        Self.updateSeen(.text(node), .texts(seen.map(\.type)), .texts(seen.map(\.capturedAt)))
    }

    // MARK: - SQL

    private static let selectShelf = SQL(
        "custom_inventory_select_shelf",
        "SELECT type, hash, bytes FROM custom_inventory WHERE node = $1"
    )

    /// The node's row is held meanwhile: whoever revokes it waits, and takes away what is put here.
    private static let upsert = SQL(
        "custom_inventory_upsert",
        """
        INSERT INTO custom_inventory (node, type, schema_version, captured_at, hash, attributes, entries, bytes)
        SELECT n.id, r.*
        FROM (SELECT id FROM node WHERE id = $1 AND NOT is_revoked FOR SHARE) n
        CROSS JOIN unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::json[], $7::json[], $8::integer[]) AS r
        ON CONFLICT (node, type) DO UPDATE
        SET schema_version = excluded.schema_version, captured_at = excluded.captured_at, hash = excluded.hash,
            attributes = excluded.attributes, entries = excluded.entries, bytes = excluded.bytes
        """
    )

    private static let updateSeen = SQL(
        "custom_inventory_update_seen",
        """
        UPDATE custom_inventory c SET captured_at = r.captured_at
        FROM unnest($2::text[], $3::text[]) AS r (type, captured_at)
        WHERE c.node = $1 AND c.type = r.type
        """
    )

    private static let select = SQL(
        "custom_inventory_select",
        """
        SELECT node, type, schema_version, captured_at, hash, entries
        FROM custom_inventory
        WHERE node = ANY ($1) AND type = ANY ($2)
        """
    )

    private static let selectSchemas = SQL(
        "custom_inventory_select_schemas",
        """
        SELECT DISTINCT n.patch_group, c.type, c.schema_version, c.attributes::text AS attributes
        FROM node n
        JOIN custom_inventory c ON c.node = n.id
        WHERE n.site = $1 AND NOT n.is_revoked
        """
    )
}

extension FleetQuestions {
    /// Where it is kept what others report of nodes' inventory.
    package var customInventories: CustomInventoryStore { CustomInventoryStore(client: client, projector: projector) }
}
