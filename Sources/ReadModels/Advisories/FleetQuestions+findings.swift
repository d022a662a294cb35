import AgentProtocol
package import Domain
import PatchStreams
import Postgres
package import Time

/// The current advisories, ready to be asked what a host lacks.
package struct KnownAdvisories: Sendable {
    struct Key: Hashable {
        let source: AdvisorySource
        let id: String

        init(source: AdvisorySource, id: String) {
            self.source = source
            self.id = id
        }

        init(_ advisory: Advisory) { self.init(source: advisory.source, id: advisory.id) }
    }

    let index: AdvisoryIndex
    let firstSeen: [Key: Timestamp]

    /// When the advisory was first imported, in whichever version.
    package func firstSeenAt(_ advisory: AdvisoryFacts) -> Timestamp? {
        firstSeen[Key(source: advisory.source, id: advisory.id)]
    }
}

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
    /// Advisories that are held at once: it bounds the memory.
    private static let mostAdvisories = 500_000
    private static let advisoriesAtOnce = 2_000
    private static let hostsAtOnce = 20_000
    private static let inventoriesAtOnce = 20

    /// The current versions of all advisories that were not taken back.
    ///
    /// - Throws: ``Problem`` 409 when there are more than can be held.
    package func knownAdvisories() async throws -> KnownAdvisories {
        var versions: [AdvisoryVersion] = []
        var firstSeen: [KnownAdvisories.Key: Timestamp] = [:]
        var last = KnownAdvisories.Key?.none
        let limit = Parameter.int64(Int64(Self.advisoriesAtOnce))
        while true {
            let page = Self.selectCurrent(.text(last?.source.rawValue ?? ""), .text(last?.id ?? ""), limit)
            let rows = try await client.query(page)
            for row in rows {
                var advisory = try DomainJSON.decode(Advisory.self, from: try row.get(0))
                // Findings do not tell them.
                (advisory.title, advisory.link) = ("", nil)
                let key = KnownAdvisories.Key(advisory)
                firstSeen[key] = try row.get(2, as: Timestamp.self)
                versions.append(AdvisoryVersion(advisory, digest: try row.get(1)))
                last = key
            }
            guard versions.count <= Self.mostAdvisories else { throw Self.tooManyAdvisories }
            guard rows.count == Self.advisoriesAtOnce else { break }
        }
        let exploited = try await client.query(Self.selectAllKnownExploited()).map {
            try DomainJSON.decode(KnownExploited.self, from: try $0.get(0))
        }
        return KnownAdvisories(
            index: AdvisoryIndex(versions, threats: Threats(knownExploited: exploited)),
            firstSeen: firstSeen
        )
    }

    /// What all nodes lack by their last inventories, some inventories at a time; each is judged once.
    ///
    /// - Parameter body: is given nodes that are alike; some of these may come in more than one part.
    /// - Returns: how many nodes were judged, and how many could not be: there is no inventory, or no advisory is for their release.
    package func findings(
        by advisories: KnownAdvisories,
        _ body: (LikeNodes) -> Void
    ) async throws -> (judged: Int, unjudged: Int) {
        try await projector.catchUp()
        var (inventory, node) = ("", "")
        var (judged, seen) = (0, 0)
        while true {
            let page = Self.selectHosts(.text(inventory), .text(node), .int64(Int64(Self.hostsAtOnce)))
            let hosts = try await client.query(page).map { try JudgedNode($0) }
            seen += hosts.count
            judged += try await judge(hosts, advisories.index, body)
            guard hosts.count == Self.hostsAtOnce, let last = hosts.last else { break }
            (inventory, node) = (last.inventory ?? "", last.place.node)
        }
        return (judged, seen - judged)
    }

    // MARK: - Steps

    private static var tooManyAdvisories: Problem {
        let detail = "more than \(mostAdvisories) advisories are known, which is more than can be judged by at once"
        return Problem(status: 409, code: "too-many-advisories", detail: detail)
    }

    /// - Returns: how many of the nodes were judged.
    func judge(
        _ hosts: [JudgedNode],
        _ index: AdvisoryIndex,
        _ body: (LikeNodes) -> Void
    ) async throws -> Int {
        let byInventory = Dictionary(grouping: hosts) { $0.inventory ?? "" }
        let digests = byInventory.keys.filter { !$0.isEmpty }.sorted()
        var judged = 0
        for start in stride(from: 0, to: digests.count, by: Self.inventoriesAtOnce) {
            let part = Array(digests[start..<min(start + Self.inventoriesAtOnce, digests.count)])
            for (digest, inventory) in try await content.inventories.load(part) {
                guard let findings = index.findings(for: PackageSet(inventory)) else { continue }
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

    // MARK: - SQL

    private static let selectCurrent = SQL(
        "advisory_select_current",
        """
        SELECT v.body, encode(a.digest, 'hex'),
            (SELECT min(f.imported_at) FROM advisory_version f WHERE f.source = a.source AND f.id = a.id)
        FROM advisory a
        JOIN advisory_version v ON v.source = a.source AND v.id = a.id AND v.digest = a.digest
        WHERE NOT a.is_withdrawn AND (a.source, a.id) > ($1, $2)
        ORDER BY a.source, a.id
        LIMIT $3
        """
    )

    private static let selectAllKnownExploited = SQL("known_exploited_select_all", "SELECT body FROM known_exploited")
}

/// A node, where it is, and the inventory that it is judged by.
package struct JudgedNode: Sendable {
    package let place: NodePlace
    package let name: String
    package let scannedAt: Timestamp?
    let inventory: String?

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
