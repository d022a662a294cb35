import AgentProtocol
package import Domain
import PatchStreams
import Postgres
package import Time

/// What a node's last inventory found installed.
package struct InstalledSoftware: Sendable {
    /// The inventory's digest.
    package let inventory: String
    package let scannedAt: Timestamp
    /// By name and architecture.
    package let packages: [Patch]
}

extension FleetQuestions {
    /// By node; without those that were never scanned, and Windows', whose inventories are of updates.
    ///
    /// - Parameter nodes: few, for an inventory has megabytes.
    package func installedSoftware(of nodes: [String]) async throws -> [String: InstalledSoftware] {
        let rows = try await client.query(Self.selectInventories(.texts(nodes)))
        let digests = try Set(rows.map { try $0.get("inventory", as: String.self) })
        var packages: [String: [Patch]] = [:]
        for (digest, text) in try await content.verified(digests.sorted()) {
            let inventory = try DomainJSON.decode(Inventory.self, from: text)
            guard inventory.platform != "windows" else { continue }
            packages[digest] = inventory.packages.map {
                Patch(name: $0.name, architecture: $0.architecture, version: $0.version)
            }
        }
        var found: [String: InstalledSoftware] = [:]
        for row in rows {
            let digest = try row.get("inventory", as: String.self)
            guard let packages = packages[digest] else { continue }
            found[try row.get("node")] = InstalledSoftware(
                inventory: digest,
                scannedAt: try row.get("scanned_at"),
                packages: packages
            )
        }
        return found
    }

    // MARK: - SQL

    private static let selectInventories = SQL(
        "node_compliance_select_inventories",
        """
        SELECT node, inventory, scanned_at FROM node_compliance
        WHERE node = ANY ($1) AND inventory IS NOT NULL AND scanned_at IS NOT NULL
        """
    )
}
