import AgentProtocol
package import Domain
import PatchStreams
import Postgres
package import Time

/// Nodes of one site and patch group that have one inventory, and what they lack.
package struct LikeNodes: Sendable {
    package let site: String
    package let patchGroup: String
    /// Their ids.
    package let nodes: [String]
    package let inventory: HostInventory
    package let findings: [Finding]
}

extension FleetQuestions {
    private static let hostsAtOnce = 20_000
    private static let inventoriesAtOnce = 20

    /// What all nodes lack by their last inventories, some inventories at a time; each is judged once.
    ///
    /// - Parameter body: is given nodes that are alike; some of these may come in more than one part.
    /// - Returns: how many nodes were judged, and how many could not be: there is no inventory, or no advisory is for their release.
    /// - Throws: ``Problem`` 409 when there are more advisories than can be held.
    package func findings(_ body: (LikeNodes) -> Void) async throws -> (judged: Int, unjudged: Int) {
        try await projector.catchUp()
        var (inventory, node) = ("", "")
        var (judged, seen) = (0, 0)
        while true {
            let page = Self.selectHosts(.text(inventory), .text(node), .int64(Int64(Self.hostsAtOnce)))
            let hosts = try await client.query(page).map { try JudgedNode($0) }
            seen += hosts.count
            judged += try await judge(hosts, content.advisories.wholeIndex(of:), body)
            guard hosts.count == Self.hostsAtOnce, let last = hosts.last else { break }
            (inventory, node) = (last.inventory, last.place.node)
        }
        return (judged, seen - judged)
    }

    // MARK: - Steps

    /// - Parameter index: the advisories to judge by, on hosts of the releases.
    /// - Returns: how many of the nodes were judged.
    func judge(
        _ hosts: [JudgedNode],
        _ index: (Set<SystemRelease>) async throws -> AdvisoryIndex,
        _ body: (LikeNodes) -> Void
    ) async throws -> Int {
        let byInventory = Dictionary(grouping: hosts, by: \.inventory)
        let digests = byInventory.keys.filter { !$0.isEmpty }.sorted()
        var judged = 0
        for start in stride(from: 0, to: digests.count, by: Self.inventoriesAtOnce) {
            let part = Array(digests[start..<min(start + Self.inventoriesAtOnce, digests.count)])
            let inventories = try await content.inventories.load(part)
            let sets = inventories.mapValues { PackageSet($0) }
            let index = try await index(Set(sets.values.map(\.release)))
            for (digest, inventory) in inventories {
                guard let findings = sets[digest].flatMap(index.findings(for:)) else { continue }
                let places = (byInventory[digest] ?? []).map(\.place)
                judged += places.count
                for alike in Dictionary(grouping: places, by: { [$0.site, $0.patchGroup] }).values {
                    guard let first = alike.first else { continue }
                    body(
                        LikeNodes(
                            site: first.site,
                            patchGroup: first.patchGroup,
                            nodes: alike.map(\.node),
                            inventory: inventory,
                            findings: findings
                        )
                    )
                }
            }
        }
        return judged
    }
}

/// A node, where it is, and the inventory that it is judged by.
package struct JudgedNode: Sendable {
    package let place: NodePlace
    package let name: String
    package let scannedAt: Timestamp?
    /// Empty where there is none.
    let inventory: String

    /// Of a page that begins behind it.
    package var cursor: String { "\(inventory)/\(place.node)" }

    init(_ row: Row) throws {
        place = NodePlace(
            node: try row.get("id"),
            patchGroup: try row.get("patch_group"),
            site: try row.get("site")
        )
        name = try row.get("name")
        scannedAt = try row.get("scanned_at")
        inventory = try row.get("inventory")
    }
}
