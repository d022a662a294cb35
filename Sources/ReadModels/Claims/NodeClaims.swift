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
        let wanted = wanted.sorted { $0.node < $1.node }
        let (nodes, rollouts) = (wanted.map(\.node), wanted.map(\.rollout))
        var over: [String] = []
        for row in try await client.query(Self.selectHolders(.texts(nodes), .texts(Array(Set(rollouts))))) {
            let claim = NodeClaim(node: try row.get(0), rollout: try row.get(1))
            guard try await isOver(claim.rollout) else { return claim }
            over.append(claim.rollout)
        }
        let finished = over
        try await client.withTransaction { transaction in
            let made = try await transaction.query(Self.upsert(.texts(nodes), .texts(rollouts), .texts(finished)))
            guard made.count == nodes.count else { throw ClaimRace() }
        }
        return nil
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
        INSERT INTO node_claim (node, rollout)
        SELECT * FROM unnest($1::text[], $2::text[])
        ON CONFLICT (node) DO UPDATE
        SET rollout = excluded.rollout
        WHERE node_claim.rollout = excluded.rollout OR node_claim.rollout = ANY ($3)
        RETURNING node
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
