import AgentProtocol
import Domain
import Postgres
import Time

extension FleetQuestions {
    /// Nodes that the filter is for, by name and id, without the list of what each lacks.
    ///
    /// - Parameter after: the id of the last node before them; nil begins with the first.
    package func nodes(_ filter: FleetFilter, after: String?, limit: Int) async throws -> [NodeView] {
        try Self.check(filter)
        try await projector.catchUp()
        let paged = parameters(filter) + [.text(after), .int64(Int64(limit))]
        return try await client.query(Statement(Self.selectFiltered, paged)).map { try view($0) }
    }

    /// How many nodes the filter is for (revoked ones only where it asks for them), by site, patch group, platform and compliance, sorted; one statement over the fleet.
    package func counts(_ filter: FleetFilter) async throws -> [FleetCount] {
        try Self.check(filter)
        try await projector.catchUp()
        return try await client.query(Statement(Self.countFiltered, parameters(filter))).map { row in
            FleetCount(
                site: try row.get(0),
                patchGroup: try row.get(1),
                platform: try row.get(2),
                compliance: try row.get(3),
                nodes: Int(try row.get(4, as: Int64.self))
            )
        }
    }

    /// How many nodes each concern is about, but those that are revoked; one statement over the fleet.
    package func concerns() async throws -> [FleetFilter.Concern: Int] {
        try await projector.catchUp()
        let moment = now()
        let statement = Self.countConcerns(
            .timestamp(moment - .seconds(NodeCompliance.scanLifetimeSeconds)),
            .timestamp(moment - Self.silence)
        )
        let row = try await client.query(statement).one()
        var counts: [FleetFilter.Concern: Int] = [:]
        for concern in FleetFilter.Concern.allCases where concern != .revoked {
            counts[concern] = Int(try row.get(concern.rawValue, as: Int64.self))
        }
        return counts
    }

    // MARK: - Steps

    /// How long an agent may be silent before somebody should look.
    private static let silence = Duration.seconds(86_400)

    private static func check(_ filter: FleetFilter) throws(Problem) {
        let texts = [filter.text, filter.site, filter.patchGroup, filter.platform, filter.compliance]
        guard texts.allSatisfy({ $0.map { $0.utf8.count <= 200 && !$0.utf8.contains(0) } ?? true }) else {
            let detail = "a filter of the fleet is at most 200 bytes without NUL; shorten it"
            throw Problem(status: 400, code: "malformed-filter", detail: detail)
        }
    }

    private func parameters(_ filter: FleetFilter) -> [Parameter] {
        let moment = now()
        return [
            .text(filter.text?.lowercased()), .text(filter.site), .text(filter.patchGroup), .text(filter.platform),
            .text(filter.compliance), .text(filter.concern?.rawValue),
            .timestamp(moment - .seconds(NodeCompliance.scanLifetimeSeconds)), .timestamp(moment - Self.silence),
        ]
    }

    // MARK: - SQL

    /// As ``view(_:)`` has it: what is not proved by a fresh scan is UNKNOWN.
    private static let compliance =
        """
        CASE WHEN c.unknown_reason IS NOT NULL OR c.scanned_at IS NULL OR c.scanned_at < $7 THEN 'UNKNOWN' ELSE c.state END
        """

    private static let tables =
        """
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        LEFT JOIN node_contact k ON k.node = n.id
        WHERE ($1::text IS NULL OR strpos(lower(n.name), $1) > 0 OR strpos(n.id, $1) > 0)
            AND ($2::text IS NULL OR n.site = $2)
            AND ($3::text IS NULL OR n.patch_group = $3)
            AND ($4::text IS NULL OR n.platform = $4)
            AND ($5::text IS NULL OR \(compliance) = $5)
            AND CASE $6::text
                WHEN 'stale-scan' THEN c.scanned_at IS NULL OR c.scanned_at < $7
                WHEN 'silent' THEN coalesce(k.heard_at, n.enrolled_at) < $8
                WHEN 'waits-for-reboot' THEN coalesce(json_array_length(c.reboot_reasons), 0) > 0
                WHEN 'lacks-critical' THEN c.critical_missing > 0
                WHEN 'waits-for-approval' THEN n.is_pending
                WHEN 'cloned' THEN n.is_cloned
                ELSE true
            END
            AND n.is_revoked = coalesce($6::text = 'revoked', false)
        """

    private static let selectFiltered = SQL(
        "node_select_filtered",
        """
        SELECT \(columns)
        \(tables)
            AND ($9::text IS NULL OR (n.name, n.id) > (SELECT name, id FROM node WHERE id = $9))
        ORDER BY n.name, n.id
        LIMIT $10
        """
    )

    private static let countFiltered = SQL(
        "node_count_filtered",
        """
        SELECT n.site, n.patch_group, n.platform, \(compliance) AS state, count(*)
        \(tables)
        GROUP BY 1, 2, 3, 4
        ORDER BY 1, 2, 3, 4
        """
    )

    /// A column for each concern, by its name.
    private static let countConcerns = SQL(
        "node_count_concerns",
        """
        SELECT count(*) FILTER (WHERE c.scanned_at IS NULL OR c.scanned_at < $1) AS "stale-scan",
            count(*) FILTER (WHERE coalesce(k.heard_at, n.enrolled_at) < $2) AS silent,
            count(*) FILTER (WHERE coalesce(json_array_length(c.reboot_reasons), 0) > 0) AS "waits-for-reboot",
            count(*) FILTER (WHERE c.critical_missing > 0) AS "lacks-critical",
            count(*) FILTER (WHERE n.is_pending) AS "waits-for-approval",
            count(*) FILTER (WHERE n.is_cloned) AS cloned
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        LEFT JOIN node_contact k ON k.node = n.id
        WHERE NOT n.is_revoked
        """
    )
}
