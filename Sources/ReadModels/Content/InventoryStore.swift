package import AgentProtocol
package import Domain
import PatchStreams
import Postgres
package import Time

/// What hosts found installed and offered, by the digests under which they reported it.
package struct InventoryStore: Sendable {
    private let content: ContentStore
    private let client: PostgresClient

    init(client: PostgresClient, content: ContentStore) {
        self.client = client
        self.content = content
    }

    /// Stores an inventory, and which of its updates nobody was offered before; one that is there already changes nothing.
    ///
    /// - Parameter text: its JSON, whose digest is known to be the given one.
    package func store(_ inventory: Inventory, as text: String, digest: String, at now: Timestamp) async throws {
        guard try await !content.missing(of: [digest]).isEmpty else { return }
        let updates = inventory.updates
        // First: whoever finds the inventory finds the dates, too.
        _ = try await client.query(
            Self.insertSeen(
                .texts(updates.map(\.name)),
                .texts(updates.map(\.architecture)),
                .texts(updates.map(\.version)),
                .timestamp(now)
            )
        )
        try await content.store(.inventory, text, at: now)
    }

    /// Those of the digests that are stored, with what else is known of what they are offered: since when, and which advisories it closes.
    ///
    /// - Throws: ``ContentChanged`` for one that is not what its digest says, too.
    package func load(_ digests: [String]) async throws -> [String: HostInventory] {
        var inventories: [String: HostInventory] = [:]
        for (digest, text) in try await content.verified(digests) {
            inventories[digest] = HostInventory(try DomainJSON.decode(Inventory.self, from: text))
        }
        let dates = try await firstSeen(Set(inventories.values.flatMap { $0.updates.map(\.patch) }))
        let sets = inventories.mapValues { PackageSet($0) }
        let index = try await content.advisories.index(of: Set(sets.values.map(\.release)))
        let threats = try await client.threats(of: inventories.values.reduce(into: []) { $0.formUnion($1.toldCVEs) })
        for (digest, set) in sets {
            let noted = inventories[digest]?.noting(index.findings(for: set) ?? [], threats)
            inventories[digest] = noted?.dated(by: dates)
        }
        return inventories
    }

    // MARK: - Steps

    private func firstSeen(_ patches: Set<Patch>) async throws -> [Patch: Timestamp] {
        guard !patches.isEmpty else { return [:] }
        let patches = Array(patches)
        let rows = try await client.query(
            Self.selectSeen(
                .texts(patches.map(\.name)),
                .texts(patches.map(\.architecture)),
                .texts(patches.map(\.version))
            )
        )
        var dates: [Patch: Timestamp] = [:]
        for row in rows {
            let patch = Patch(name: try row.get(0), architecture: try row.get(1), version: try row.get(2))
            dates[patch] = try row.get(3, as: Timestamp.self)
        }
        return dates
    }

    // MARK: - SQL

    /// Sorted, so that two that insert the same rows wait for each other in one order.
    private static let insertSeen = SQL(
        "patch_seen_insert",
        """
        INSERT INTO patch_seen (name, architecture, version, first_seen_at)
        SELECT DISTINCT n, a, v, $4::timestamptz FROM unnest($1::text[], $2::text[], $3::text[]) AS u (n, a, v)
        ORDER BY n, a, v
        ON CONFLICT DO NOTHING
        """
    )

    private static let selectSeen = SQL(
        "patch_seen_select",
        """
        SELECT p.name, p.architecture, p.version, p.first_seen_at
        FROM unnest($1::text[], $2::text[], $3::text[]) AS u (name, architecture, version)
        JOIN patch_seen p USING (name, architecture, version)
        """
    )
}

extension HostInventory {
    fileprivate func dated(by dates: [Patch: Timestamp]) -> Self {
        var dated = self
        for (index, update) in updates.enumerated() { dated.updates[index].firstSeenAt = dates[update.patch] }
        return dated
    }
}
