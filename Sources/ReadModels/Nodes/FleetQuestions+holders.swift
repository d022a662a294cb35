import AgentProtocol
package import Domain
import PatchStreams
import Postgres

/// How many nodes a site has of a patch group.
package struct FleetGroup: Codable, Equatable, Sendable {
    package var site: String
    package var patchGroup: String
    package var nodes: Int

    package init(site: String, patchGroup: String, nodes: Int) {
        self.site = site
        self.patchGroup = patchGroup
        self.nodes = nodes
    }
}

extension FleetQuestions {
    /// The fleet by site and patch group, without revoked nodes; sorted.
    package func fleetGroups() async throws -> [FleetGroup] {
        try await projector.catchUp()
        return try await client.query(Self.countGroups()).map { row in
            FleetGroup(site: try row.get(0), patchGroup: try row.get(1), nodes: Int(try row.get(2, as: Int64.self)))
        }
    }

    /// Cycles that have not ended.
    package func unfinishedCycles() async throws -> [String] {
        try await projector.catchUp()
        return try await client.query(Self.selectUnfinished()).map { try $0.get(0) }
    }

    /// The nodes on which, by their last scans, a package is installed that the rejection's entry names, or that has the fix of the
    /// advisory or the CVE that it names.
    package func holders(of rejection: PatchRejection) async throws -> RejectionView {
        try await projector.catchUp()
        var view = RejectionView(entry: rejection.entry, holders: [], holderCount: 0)
        let index = try await knownIndex(on: rejection.entry, source: nil)
        for digests in try await inventoriesInUse() {
            for (digest, text) in try await content.load(digests).sorted(by: { $0.key < $1.key }) {
                let inventory = HostInventory(try DomainJSON.decode(Inventory.self, from: text))
                let held = inventory.installed.map(\.patch).first(where: rejection.matches)
                guard let held = held ?? index?.fixed(on: PackageSet(inventory)).first else { continue }
                try await add(nodesWith: digest, holding: held, to: &view)
            }
        }
        view.holders.sort { $0.node < $1.node }
        return view
    }

    /// The versions that nodes are offered, by their last scans, and that the entry of a rejection calls; by the entries.
    package func offers(calledBy rejections: [PatchRejection]) async throws -> [String: Set<Patch>] {
        guard !rejections.isEmpty else { return [:] }
        try await projector.catchUp()
        var offers: [String: Set<Patch>] = [:]
        for digests in try await inventoriesInUse() {
            for inventory in try await content.inventories.load(digests).values {
                for rejection in rejections {
                    offers[rejection.entry, default: []].formUnion(rejection.offers(on: inventory))
                }
            }
        }
        return offers
    }

    // MARK: - Steps

    private static let inventoriesAtOnce = 100

    /// The digests of all nodes' last inventories, each once; so many at a time as are read at once.
    private func inventoriesInUse() async throws -> [[String]] {
        let digests = try await client.query(Self.selectInventories()).column(0, as: String.self)
        return stride(from: 0, to: digests.count, by: Self.inventoriesAtOnce).map { start in
            Array(digests[start..<min(start + Self.inventoriesAtOnce, digests.count)])
        }
    }

    private func add(nodesWith digest: String, holding patch: Patch, to view: inout RejectionView) async throws {
        let room = RejectionView.mostHolders - view.holders.count
        let rows = try await client.query(Self.selectHolders(.text(digest), .int64(Int64(room))))
        for row in rows {
            view.holders.append(
                RejectionView.Holder(
                    node: try row.get(0),
                    name: try row.get(1),
                    site: try row.get(2),
                    patchGroup: try row.get(3),
                    patch: "\(patch)"
                )
            )
        }
        let count = try await client.query(Self.countHolders(.text(digest))).one().get(0, as: Int64.self)
        view.holderCount += Int(count)
    }

    // MARK: - SQL

    private static let countGroups = SQL(
        "node_count_groups",
        """
        SELECT site, patch_group, count(*) FROM node WHERE NOT is_revoked
        GROUP BY site, patch_group ORDER BY site, patch_group
        """
    )

    private static let selectUnfinished = SQL(
        "cycle_select_unfinished",
        "SELECT id FROM cycle WHERE ended_at IS NULL ORDER BY id"
    )

    private static let selectInventories = SQL(
        "node_inventories",
        "SELECT DISTINCT inventory FROM node WHERE inventory <> '' ORDER BY inventory"
    )

    private static let selectHolders = SQL(
        "node_select_inventory",
        """
        SELECT id, name, site, patch_group
        FROM node
        WHERE inventory = $1 AND NOT is_revoked
        ORDER BY id
        LIMIT $2
        """
    )

    private static let countHolders = SQL(
        "node_count_inventory",
        "SELECT count(*) FROM node WHERE inventory = $1 AND NOT is_revoked"
    )
}
