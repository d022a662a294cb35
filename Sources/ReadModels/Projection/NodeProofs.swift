import Postgres

/// What `node` repeats of `node_compliance`, so that lists and counts of the fleet look at one table.
///
/// The two are written from different shards in any order: whichever row comes or changes, it is copied anew.
enum NodeProofs {
    /// Copies of these nodes.
    static func copy(of nodes: [String]) -> Statement { copySome(.texts(nodes)) }

    /// Copies wherever the two differ: servers of the former version, which may run beside this one, know of no copy.
    static var copyAll: Statement { copyDifferent() }

    // MARK: - SQL

    private static let copySome = SQL("node_prove", "\(update) AND node.id = ANY ($1)")

    private static let copyDifferent = SQL("node_prove_all", update)

    private static let update =
        """
        UPDATE node
        SET proved_state = p.state, scanned_at = p.scanned_at, lacks_critical = p.lacks_critical,
            waits_for_reboot = p.waits_for_reboot, inventory = p.inventory
        FROM (
            SELECT node, scanned_at, critical_missing > 0 AS lacks_critical,
                reboot_reasons::text <> '[]' AS waits_for_reboot, coalesce(inventory, '') AS inventory,
                CASE WHEN unknown_reason IS NULL AND scanned_at IS NOT NULL AND state <> 'UNKNOWN' THEN state END AS state
            FROM node_compliance
        ) AS p
        WHERE p.node = node.id
            AND (node.proved_state, node.scanned_at, node.lacks_critical, node.waits_for_reboot, node.inventory)
                IS DISTINCT FROM (p.state, p.scanned_at, p.lacks_critical, p.waits_for_reboot, p.inventory)
        """
}
