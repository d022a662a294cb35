import Domain
import Postgres

extension FleetQuestions {
    /// All of these nodes that there are, by id, with the lists of what each lacks.
    package func nodesWithMissing(in wanted: [String]) async throws -> [NodeView] {
        try await projector.catchUp()
        return try await client.query(Self.selectNodesWithMissing(.texts(wanted))).map { row in
            var node = try view(row)
            node.missing = try list("missing", of: row)
            return node
        }
    }

    private static let selectNodesWithMissing = SQL(
        "node_select_missing",
        """
        SELECT \(columns), c.missing
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        LEFT JOIN node_contact k ON k.node = n.id
        WHERE n.id = ANY ($1)
        ORDER BY n.id
        """
    )
}
