import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams
import Postgres
import Time

extension FleetQuestions {
    /// Nodes by id, without the list of what each lacks.
    ///
    /// - Parameters:
    ///   - after: the id of the last node before them; nil begins with the first.
    ///   - site: nil for those of all sites.
    ///   - patchGroup: nil for those of all patch groups.
    ///   - agent: how ``NodeView/agent`` begins; nil for those with any.
    package func nodes(
        after: String? = nil,
        limit: Int = Listing<NodeView>.maximumCount,
        site: String? = nil,
        patchGroup: String? = nil,
        agent: String? = nil
    ) async throws -> [NodeView] {
        try await projector.catchUp()
        let parameters: [Parameter] = [
            .text(after), .int64(Int64(limit)), .text(site), .text(patchGroup), .text(agent),
            .text(StockIdentity.agentName),
        ]
        return try await client.query(Statement(Self.selectNodes, parameters)).map { try view($0) }
    }

    /// All of these nodes that there are, by id, without the lists of what each lacks.
    package func nodes(in wanted: [String]) async throws -> [NodeView] {
        try await projector.catchUp()
        return try await client.query(Self.selectNodesByID(.texts(wanted))).map { try view($0) }
    }

    /// - Throws: ``Problem`` 404 for an unknown node.
    package func node(_ id: String) async throws -> NodeView {
        try await projector.catchUp()
        guard !id.utf8.contains(0), let row = try await client.query(Self.selectNode(.text(id))).first else {
            let detail = "there is no node \(id); `ringmaster node ls` lists those there are"
            throw Problem(status: 404, code: "node-not-found", detail: detail)
        }
        var node = try view(row)
        node.missing = try list("missing", of: row)
        let state = try await reader.fold(DomainDecider<Node>.withoutEffects, Node.stream(id))?.state
        node.lastReboot = state?.lastReboot.map(RebootView.init)
        node.repairs = state?.repairs?.map(RepairView.init)
        node.instance = state?.enrolment?.facts.instance.map { "\($0.id) in \($0.region), account \($0.account)" }
        return node
    }

    /// The nodes that a stage may order: enrolled, neither revoked nor cloned, and selected, by id.
    ///
    /// The read model says which these may be, and their streams, which are sealed, which they are and where.
    ///
    /// - Parameter installs: whether it changes them: those that wait for approval are left out then.
    package func activeNodes(_ selector: TargetSelector, installs: Bool) async throws -> [NodeTarget] {
        try await projector.catchUp()
        var nodes: [NodeTarget] = []
        var last = ""
        while true {
            let page = try await client.query(
                Self.selectActive(.text(last), .int64(Int64(Self.activeAtOnce)), .bool(installs))
            )
            var selected: [String] = []
            for row in page {
                last = try row.get(0)
                let (site, group): (String, String) = (try row.get(1), try row.get(2))
                let tags = selector.tags == nil ? [:] : try labels(of: row)?.tags ?? [:]
                if selector.matches(
                    node: last,
                    site: site,
                    patchGroup: group,
                    tags: NodeLabels.tags(tags, in: group)
                ) {
                    selected.append(last)
                }
            }
            for target in try await targets(selected, installs: installs)
            where selector.matches(target) {
                nodes.append(target)
            }
            guard page.count == Self.activeAtOnce else { return nodes }
        }
    }

    /// Those of the nodes that may be ordered, as their streams have them.
    private func targets(_ nodes: [String], installs: Bool) async throws -> [NodeTarget] {
        let states = try await reader.folds(DomainDecider<Node>.withoutEffects, nodes.map { Node.stream($0) })
        return zip(nodes, states).compactMap { id, state -> NodeTarget? in
            guard let state, state.isActive, state.clash == nil, !(installs && state.isPending),
                let enrolment = state.enrolment
            else { return nil }
            let (site, group) = (enrolment.site, enrolment.patchGroup)
            return NodeTarget(
                id: id,
                site: site,
                patchGroup: group,
                name: enrolment.facts.hostname,
                tags: enrolment.shownLabels.tags
            )
        }
    }

    /// Rows of one answer: they bound the memory.
    private static let activeAtOnce = 20_000

    /// The names that people know nodes by.
    func names(of nodes: [String]) async throws -> [String: String] {
        var names: [String: String] = [:]
        for row in try await client.query(Self.selectNames(.texts(nodes))) {
            names[try row.get(0)] = try row.get(1, as: String.self)
        }
        return names
    }

    // MARK: - Steps

    /// A row with ``columns``.
    func view(_ row: Row) throws -> NodeView {
        let scannedAt = try row.get("scanned_at", as: Timestamp?.self)
        let reason = try unknownReason(of: row, scannedAt: scannedAt)
        let secondsOff = try row.get("clock_off_seconds", as: Int?.self)
        var node = NodeView(
            id: try row.get("id"),
            name: try row.get("name"),
            site: try row.get("site"),
            patchGroup: try row.get("patch_group"),
            platform: try row.get("platform"),
            platformVersion: try row.get("platform_version"),
            agentVersion: try row.get("agent_version"),
            enrolledAt: try row.get("enrolled_at"),
            isRevoked: try row.get("is_revoked"),
            isPending: try row.get("is_pending"),
            isCloned: try row.get("is_cloned"),
            compliance: try reason == nil ? row.get("state") : NodeCompliance.State.unknown.rawValue,
            unknownReason: reason,
            baseline: try row.get("baseline"),
            lastScanAt: scannedAt,
            lastHeardAt: try row.get("heard_at"),
            clockOffSeconds: secondsOff == 0 ? nil : secondsOff,
            missingCount: try row.get("missing_count", as: Int?.self) ?? 0,
            criticalMissing: try row.get("critical_missing", as: Int?.self) ?? 0,
            updates: try row.get("updates", as: Int?.self) ?? 0,
            securityUpdates: try row.get("security_updates", as: Int?.self) ?? 0,
            rebootReasons: try list("reboot_reasons", of: row)
        )
        node.activation = try row.get("activation")
        node.labels = try labels(of: row)
        return node
    }

    private func labels(of row: Row) throws -> NodeLabels? {
        try row.get("labels", as: String?.self).map { try DomainJSON.decode(NodeLabels.self, from: $0) }
    }

    func list<Item: Decodable>(_ column: String, of row: Row) throws -> [Item] {
        try row.get(column, as: String?.self).map { try DomainJSON.decode([Item].self, from: $0) } ?? []
    }

    /// Why nothing is proved: by what is stored, or because a proof that is too old proves nothing; nil for a proof that holds.
    func unknownReason(of row: Row, scannedAt: Timestamp?) throws -> String? {
        let moment = now()
        let reason: NodeCompliance.UnknownReason
        if let stored = try row.get("unknown_reason", as: String?.self) {
            // One that a newer server has stored stays as it is.
            guard let known = NodeCompliance.UnknownReason(rawValue: stored) else { return stored }
            reason = known
        } else if let scannedAt {
            guard moment > scannedAt + .seconds(NodeCompliance.scanLifetimeSeconds) else { return nil }
            reason = .staleScan
        } else {
            reason = .neverScanned
        }
        let heardAt = try row.get("heard_at", as: Timestamp?.self)
        return reason.explained(
            heardAt: [heardAt, scannedAt].compactMap(\.self).reduce(try row.get("enrolled_at"), max),
            isClockOff: try row.get("clock_off_seconds", as: Int?.self) ?? 0 != 0,
            at: moment
        ).rawValue
    }

    // MARK: - SQL

    static let columns =
        """
        n.id, n.name, n.site, n.patch_group, n.platform, n.platform_version, n.agent_version, n.enrolled_at,
            n.is_revoked, n.is_pending, n.is_cloned, n.activation, n.labels, c.state, c.unknown_reason, c.baseline, c.scanned_at,
            json_array_length(c.missing) AS missing_count,
            c.critical_missing, c.updates, c.security_updates, c.reboot_reasons,
            k.heard_at, k.clock_off_seconds
        """

    private static let selectNodes = SQL(
        "node_select",
        """
        SELECT \(columns)
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        LEFT JOIN node_contact k ON k.node = n.id
        WHERE n.id > coalesce($1, '') AND ($3::text IS NULL OR n.site = $3)
            AND ($4::text IS NULL OR n.patch_group = $4)
            AND ($5::text IS NULL OR starts_with(
                CASE WHEN starts_with(n.agent_version, $6) THEN n.agent_version ELSE 'ringmaster ' || n.agent_version END,
                $5
            ))
        ORDER BY n.id
        LIMIT $2
        """
    )

    private static let selectNodesByID = SQL(
        "node_select_ids",
        """
        SELECT \(columns)
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        LEFT JOIN node_contact k ON k.node = n.id
        WHERE n.id = ANY ($1)
        ORDER BY n.id
        """
    )

    private static let selectNode = SQL(
        "node_select_one",
        """
        SELECT \(columns), c.missing
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        LEFT JOIN node_contact k ON k.node = n.id
        WHERE n.id = $1
        """
    )

    private static let selectActive = SQL(
        "node_select_active",
        """
        SELECT id, site, patch_group, labels FROM node
        WHERE NOT is_revoked AND NOT is_cloned AND NOT ($3 AND is_pending) AND id > $1
        ORDER BY id LIMIT $2
        """
    )

    private static let selectNames = SQL("node_select_names", "SELECT id, name FROM node WHERE id = ANY ($1)")
}
