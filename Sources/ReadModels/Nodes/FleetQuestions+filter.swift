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
        let sql = filter.concern == .silent ? Self.selectSilent : Self.selectFiltered
        let paged = parameters(filter) + [.text(after), .int64(Int64(limit))]
        return try await rows(of: Statement(sql, paged)).map { try view($0) }
    }

    /// How many nodes the filter is for; revoked ones only where it asks for them.
    package func counts(_ filter: FleetFilter) async throws -> [FleetCount] {
        try Self.check(filter)
        try await projector.catchUp()
        let sql = filter.concern == .silent ? Self.countSilent : Self.countFiltered
        return try await rows(of: Statement(sql, parameters(filter))).map { try Self.count($0) }
    }

    /// How the whole fleet stands without revoked nodes, and what they concern.
    package func tally() async throws -> FleetTally {
        try await projector.catchUp()
        let groups = try await rows(of: Statement(Self.tallyFleet, parameters(FleetFilter()))).map { row in
            var concerns: [FleetFilter.Concern: Int] = [:]
            for concern in FleetFilter.Concern.allCases where concern != .revoked {
                concerns[concern] = Int(try row.get(concern.rawValue, as: Int64.self))
            }
            return FleetTally.Group(count: try Self.count(row), concerns: concerns)
        }
        return FleetTally(groups: groups, at: now())
    }

    // MARK: - Steps

    /// Has the statement planned for the filter at hand.
    ///
    /// One plan for every filter takes each condition for a strict one, and then looks up one
    /// node after the other or sorts them all: ten times as long.
    func rows(of statement: Statement) async throws -> Rows {
        let answers = try await client.batch([Self.planForFilter(), statement])
        return answers[1]
    }

    private static func count(_ row: Row) throws -> FleetCount {
        FleetCount(
            site: try row.get(0),
            patchGroup: try row.get(1),
            platform: try row.get(2),
            compliance: try row.get(3),
            nodes: Int(try row.get(4, as: Int64.self))
        )
    }

    /// How long an agent may be silent before somebody should look.
    private static let silence = Duration.seconds(86_400)

    private static func check(_ filter: FleetFilter) throws(Problem) {
        try check([filter.text, filter.site, filter.patchGroup, filter.platform, filter.compliance])
    }

    /// - Throws: ``Problem`` 400 for what no filter may be.
    static func check(_ texts: [String?]) throws(Problem) {
        guard texts.allSatisfy({ $0.map { $0.utf8.count <= 200 && !$0.utf8.contains(0) } ?? true }) else {
            let detail = "a filter of the fleet is at most 200 bytes without NUL; shorten it"
            throw Problem(status: 400, code: "malformed-filter", detail: detail)
        }
    }

    private func parameters(_ filter: FleetFilter) -> [Parameter] {
        let moment = now()
        return [
            .text(filter.text), .text(filter.site), .text(filter.patchGroup), .text(filter.platform),
            .text(filter.compliance), .text(filter.concern?.rawValue),
            .timestamp(moment - .seconds(NodeCompliance.scanLifetimeSeconds)), .timestamp(moment - Self.silence),
        ]
    }

    // MARK: - SQL

    private static let planForFilter = SQL(
        "plan_for_filter",
        "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"
    )

    /// As ``view(_:)`` has it: what is not proved by a fresh scan is UNKNOWN.
    private static let compliance =
        "CASE WHEN n.proved_state IS NULL OR n.scanned_at < $7 THEN 'UNKNOWN' ELSE n.proved_state END"

    /// What each is about that the node's row tells.
    private static let concerns: [(FleetFilter.Concern, String)] = [
        (.staleScan, "n.scanned_at IS NULL OR n.scanned_at < $7"),
        (.waitsForReboot, "n.waits_for_reboot"),
        (.lacksCritical, "n.lacks_critical"),
        (.waitsForApproval, "n.is_pending"),
        (.cloned, "n.is_cloned"),
    ]

    private static let isAny = "$8::timestamptz IS NOT NULL"

    /// An enrolment is heard, too, so that every node has a contact; few of these are old.
    private static let isSilent =
        "n.enrolled_at < $8 AND n.id IN (SELECT k.node FROM node_contact k WHERE k.heard_at < $8)"

    private static let fits =
        """
        ($1::text IS NULL OR strpos(n.lower_name, lower($1)) > 0 OR strpos(n.id, lower($1)) > 0)
            AND ($2::text IS NULL OR n.site = $2)
            AND ($3::text IS NULL OR n.patch_group = $3)
            AND ($4::text IS NULL OR n.platform = $4)
            AND ($5::text IS NULL OR \(compliance) = $5)
            AND n.is_revoked = coalesce($6::text = 'revoked', false)
            AND CASE $6::text
                \(concerns.map { "WHEN '\($0.rawValue)' THEN \($1)" }.joined(separator: " "))
                ELSE true
            END
        """

    /// A condition that looks at another table stands in a statement of its own.
    private static let selectFiltered = select("node_select_filtered", isAny)
    private static let selectSilent = select("node_select_silent", isSilent)
    private static let countFiltered = count("node_count_filtered", isAny)
    private static let countSilent = count("node_count_silent", isSilent)

    /// The rows of a page are found in one table before anything is joined.
    private static func select(_ name: String, _ condition: String) -> SQL {
        SQL(
            name,
            """
            SELECT \(columns)
            FROM (
                SELECT * FROM node n
                WHERE \(fits) AND \(condition)
                    AND ($9::text IS NULL OR (n.name, n.id) > (SELECT name, id FROM node WHERE id = $9))
                ORDER BY n.name, n.id
                LIMIT $10
            ) n
            LEFT JOIN node_compliance c ON c.node = n.id
            LEFT JOIN node_contact k ON k.node = n.id
            ORDER BY n.name, n.id
            """
        )
    }

    private static func count(_ name: String, _ condition: String) -> SQL {
        SQL(
            name,
            """
            SELECT n.site, n.patch_group, n.platform, \(compliance) AS state, count(*)
            FROM node n
            WHERE \(fits) AND \(condition)
            GROUP BY 1, 2, 3, 4
            ORDER BY 1, 2, 3, 4
            """
        )
    }

    /// A column for each concern, by its name.
    private static let tallyFleet = SQL(
        "node_tally",
        """
        SELECT n.site, n.patch_group, n.platform, \(compliance) AS state, count(*),
            count(*) FILTER (WHERE k.heard_at < $8 AND n.enrolled_at < $8) AS silent,
            \(concerns.map { "count(*) FILTER (WHERE \($1)) AS \"\($0.rawValue)\"" }.joined(separator: ", "))
        FROM node n
        LEFT JOIN node_contact k ON k.node = n.id
        WHERE \(fits)
        GROUP BY 1, 2, 3, 4
        ORDER BY 1, 2, 3, 4
        """
    )
}
