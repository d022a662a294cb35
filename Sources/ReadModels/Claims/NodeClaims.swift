package import Postgres

/// Which rollout may order which node: one at a time.
///
/// No read model: workers ask it when they open lanes. What it holds of rollouts that have ended is void and is taken over.
package struct NodeClaims: Sendable {
    private let client: PostgresClient

    package init(client: PostgresClient) { self.client = client }

    /// Claims all of the nodes, or none; a rollout that claims a second time keeps what it has.
    ///
    /// - Parameters:
    ///   - wanted: distinct nodes, each with the rollout that is to work on it.
    ///   - isOver: whether a rollout can order nobody any more.
    /// - Returns: a claim of another rollout that stands in the way; nil when all are made.
    /// - Throws: ``ClaimRace`` when another worker claimed one of the nodes meanwhile; try again.
    package func claim(
        _ wanted: [NodeClaim],
        unlessHeld isOver: (_ rollout: String) async throws -> Bool
    ) async throws -> NodeClaim? {
        guard !wanted.isEmpty else { return nil }
        // In one order for all, so that two who claim the same nodes wait for each other and never in a circle.
        let pages = Self.pages(of: wanted.sorted { $0.node < $1.node })
        let rollouts = Array(Set(wanted.lazy.map(\.rollout)))
        var over: Set<String> = []
        for page in pages {
            for row in try await client.query(Self.selectHolders(.texts(page.map(\.node)), .texts(rollouts))) {
                let claim = NodeClaim(node: try row.get(0), rollout: try row.get(1))
                guard !over.contains(claim.rollout) else { continue }
                guard try await isOver(claim.rollout) else { return claim }
                over.insert(claim.rollout)
            }
        }
        let finished = Parameter.texts(over.sorted())
        try await client.withTransaction { transaction in
            for page in pages {
                let (nodes, rollouts) = (page.map(\.node), page.map(\.rollout))
                let made = try await transaction.query(Self.upsert(.texts(nodes), .texts(rollouts), finished)).one()
                guard try made.get(0, as: Int.self) == nodes.count else { throw ClaimRace() }
            }
        }
        return nil
    }

    /// Claims of one statement: they bound the memory, here and in the database.
    private static let pageClaims = 20_000

    private static func pages(of claims: [NodeClaim]) -> [ArraySlice<NodeClaim>] {
        stride(from: 0, to: claims.count, by: pageClaims).map { claims[$0..<min($0 + pageClaims, claims.count)] }
    }

    // MARK: - SQL

    private static let selectHolders = SQL(
        "node_claim_holders",
        """
        SELECT min(node), rollout
        FROM node_claim
        WHERE node = ANY ($1) AND rollout <> ALL ($2)
        GROUP BY rollout
        ORDER BY rollout
        """
    )

    private static let upsert = SQL(
        "node_claim_upsert",
        """
        WITH made AS (
            INSERT INTO node_claim (node, rollout)
            SELECT * FROM unnest($1::text[], $2::text[])
            ON CONFLICT (node) DO UPDATE
            SET rollout = excluded.rollout
            WHERE node_claim.rollout = excluded.rollout OR node_claim.rollout = ANY ($3)
            RETURNING 1
        )
        SELECT count(*) FROM made
        """
    )
}

/// A node and the rollout that may order it.
package struct NodeClaim: Equatable, Sendable {
    package var node: String
    package var rollout: String

    package init(node: String, rollout: String) {
        self.node = node
        self.rollout = rollout
    }
}

/// Another worker claimed one of the nodes between the look and the claim.
package struct ClaimRace: Error, CustomStringConvertible {
    package var description: String { "another cycle claimed one of the nodes at the same moment; try again" }
}
