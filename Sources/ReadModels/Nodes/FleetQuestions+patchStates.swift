import Domain
import DurableStreams
import PatchStreams
import Postgres
import Time

extension FleetQuestions {
    /// The nodes with what their patches come to, by id; without those of which nothing is known.
    package func patchedNodes(in nodes: [String]) async throws -> [PatchedNode] {
        try await projector.catchUp()
        return try await patchStates(of: nodes).values.sorted { $0.id < $1.id }
    }

    /// What the patches of nodes come to that were just asked for, by node; without those of which nothing is known.
    ///
    /// Judged once for each scan, patch group and import of advisories, and kept for all processes. A cycle's baselines never change, so
    /// that it stands for them. Those who ask a process at the same time wait for one who judges, and where many are not judged yet,
    /// more of the fleet's are judged with them: who reads all pages waits for a few, and each inventory is read once.
    package func patchStates(of nodes: [String]) async throws -> [String: PatchedNode] {
        while true {
            let (known, unknown) = try await keptStates(of: nodes)
            guard !unknown.isEmpty else { return known }
            var states: [String: PatchedNode]?
            try await judging.take {
                // Whoever had the turn before may have judged the same nodes.
                let (known, unknown) = try await keptStates(of: nodes)
                let others = unknown.count < Self.manyUnknown ? [] : try await unjudgedNodes(but: unknown)
                let judged = try await judge(unknown + others)
                states = try unknown.reduce(into: known) { states, node in
                    if let state = judged[node.id] { states[node.id] = try PatchedNode(node.row, state) }
                }
            }
            if let states { return states }
        }
    }

    // MARK: - Steps

    /// What is judged at once: it bounds the memory that inventories take.
    private static let judgedAtOnce = 50
    /// What is kept by one statement.
    private static let keptAtOnce = 1_000
    /// From so many on it is likely that the fleet was scanned, or that advisories were imported.
    private static let manyUnknown = 25
    /// How many are judged beside those that were asked for.
    private static let judgedBeside = 5_000

    private func keptStates(of nodes: [String]) async throws -> (
        known: [String: PatchedNode], unknown: [UnjudgedNode]
    ) {
        var (known, unknown) = ([String: PatchedNode](), [UnjudgedNode]())
        // Nodes that are alike have the same text.
        var decoded: [String: NodePatchState] = [:]
        for row in try await client.query(Self.selectStates(.texts(nodes))) {
            guard try row.get("is_judged") else {
                unknown.append(try UnjudgedNode(row))
                continue
            }
            guard let text = try row.get("state", as: String?.self) else { continue }
            let state = try decoded[text] ?? DomainJSON.decode(NodePatchState.self, from: text)
            decoded[text] = state
            let node = try PatchedNode(row, state)
            known[node.id] = node
        }
        return (known, unknown)
    }

    private func unjudgedNodes(but some: [UnjudgedNode]) async throws -> [UnjudgedNode] {
        let ids = Set(some.map(\.id))
        let rows = try await client.query(Self.selectUnjudged(.int64(Int64(Self.judgedBeside))))
        return try rows.map(UnjudgedNode.init).filter { !ids.contains($0.id) }
    }

    private func judge(_ nodes: [UnjudgedNode]) async throws -> [String: NodePatchState] {
        var states: [String: NodePatchState] = [:]
        for (id, members) in Dictionary(grouping: nodes, by: \.cycle) {
            let cycle = try await cycleState(id, at: nil)
            let operations = try await lastOperations(on: members.map(\.id), in: id, cycle)
            // Equal inventories side by side, so that each is loaded once.
            let members = members.sorted { ($0.inventory, $0.id) < ($1.inventory, $1.id) }
            for start in stride(from: 0, to: members.count, by: Self.keptAtOnce) {
                let some = Array(members[start..<min(start + Self.keptAtOnce, members.count)])
                var judged: [String: NodePatchState] = [:]
                for start in stride(from: 0, to: some.count, by: Self.judgedAtOnce) {
                    let few = Array(some[start..<min(start + Self.judgedAtOnce, some.count)])
                    judged.merge(try await judge(few, cycle, operations)) { _, last in last }
                }
                try await keep(judged, of: some)
                states.merge(judged) { _, last in last }
            }
        }
        return states
    }

    private func judge(
        _ nodes: [UnjudgedNode],
        _ cycle: Cycle,
        _ operations: [String: PatchSurvey.Operation]
    ) async throws -> [String: NodePatchState] {
        let inventories = try await content.inventories.load(Array(Set(nodes.map(\.inventory))))
        var (states, equal) = ([String: NodePatchState](), [Judged: NodePatchState]())
        for node in nodes {
            guard let inventory = inventories[node.inventory], inventory.indexCount > 0,
                let baseline = cycle.start?.definition.baseline(ofPatchGroup: node.patchGroup, on: inventory.system)
            else { continue }
            let operation = operations[node.id] ?? .scan
            let key = Judged(node, after: operation)
            if let known = equal[key] {
                states[node.id] = known
                continue
            }
            let survey = PatchSurvey(inventory, by: baseline, at: node.provedAt, operation: operation)
            let state = NodePatchState(PatchReport(survey, by: baseline, at: node.provedAt), after: operation)
            (equal[key], states[node.id]) = (state, state)
        }
        return states
    }

    /// Of the nodes that an install of the cycle was carried out on, the last one.
    private func lastOperations(
        on nodes: [String],
        in id: String,
        _ cycle: Cycle
    ) async throws -> [String: PatchSurvey.Operation] {
        let wanted = Set(nodes)
        let rows = try await client.query(Self.selectInstalls(.text(id), .texts(nodes)))
        let rollouts = Set(try rows.column(0, as: String.self))
        var operations: [String: PatchSurvey.Operation] = [:]
        for name in cycle.stages.flatMap(\.lanes).map(\.rollout) where rollouts.contains(name) {
            let folded = try await reader.fold(DomainDecider<Rollout>.withoutEffects, Rollout.stream(name))
            guard let rollout = folded?.state else { continue }
            for (index, node) in (rollout.spec?.targets ?? []).enumerated() where wanted.contains(node) {
                guard let install = NodeInstall(at: index, in: rollout), install.isOver else { continue }
                operations[node] = install.operation
            }
        }
        return operations
    }

    private func keep(_ states: [String: NodePatchState], of nodes: [UnjudgedNode]) async throws {
        _ = try await client.query(
            Self.upsertStates(
                .texts(nodes.map(\.id)),
                .texts(nodes.map(\.patchGroup)),
                .texts(nodes.map(\.cycle)),
                .texts(nodes.map(\.inventory)),
                .timestamps(nodes.map(\.provedAt)),
                .int64s(nodes.map(\.advisories)),
                .jsons(try nodes.map { node in try states[node.id].map { try DomainJSON.encode($0) } })
            )
        )
    }

    // MARK: - SQL

    /// A row is judged where all that it was judged by is what it is.
    private static let selectStates = SQL(
        "node_patch_state_select",
        """
        SELECT c.node, n.site, n.patch_group, n.is_revoked, c.baseline, c.scanned_at, c.cycle, c.inventory, c.proved_at,
            i.number AS advisories, s.node IS NOT NULL AS is_judged, s.state
        \(scans)
        WHERE c.node = ANY ($1) AND c.inventory IS NOT NULL
        """
    )

    /// Equal inventories side by side.
    private static let selectUnjudged = SQL(
        "node_patch_state_select_unjudged",
        """
        SELECT c.node, n.patch_group, c.cycle, c.inventory, c.proved_at, i.number AS advisories
        \(scans)
        WHERE c.inventory IS NOT NULL AND s.node IS NULL
        ORDER BY c.inventory, c.node
        LIMIT $1
        """
    )

    private static let scans = """
        FROM node_compliance c
        JOIN node n ON n.id = c.node
        CROSS JOIN (SELECT coalesce(max(number), 0) AS number FROM advisory_import) AS i
        LEFT JOIN node_patch_state s ON s.node = c.node AND s.patch_group = n.patch_group AND s.cycle = c.cycle
            AND s.inventory = c.inventory AND s.proved_at = c.proved_at AND s.advisories = i.number
        """

    private static let selectInstalls = SQL(
        "rollout_targets_select_installs_of",
        """
        SELECT rollout FROM rollout_targets t
        WHERE t.cycle = $1 AND t.installs
            AND EXISTS (SELECT FROM unnest(t.nodes) AS n (id) JOIN unnest($2::text[]) AS w (id) USING (id))
        """
    )

    /// Sorted, so that two processes that judge the same nodes wait for each other in one order.
    private static let upsertStates = SQL(
        "node_patch_state_upsert",
        """
        INSERT INTO node_patch_state (node, patch_group, cycle, inventory, proved_at, advisories, state)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::json[]) AS r (node)
        ORDER BY node
        ON CONFLICT (node) DO UPDATE
        SET patch_group = excluded.patch_group, cycle = excluded.cycle, inventory = excluded.inventory,
            proved_at = excluded.proved_at, advisories = excluded.advisories, state = excluded.state
        """
    )
}

/// A node of which no state is kept that still holds.
private struct UnjudgedNode {
    let id: String
    let patchGroup: String
    let cycle: String
    let inventory: String
    let provedAt: Timestamp
    let advisories: Int64
    let row: Row

    init(_ row: Row) throws(PostgresError) {
        self.row = row
        (id, patchGroup, cycle) = (try row.get("node"), try row.get("patch_group"), try row.get("cycle"))
        (inventory, provedAt) = (try row.get("inventory"), try row.get("proved_at"))
        advisories = try row.get("advisories")
    }
}

/// What nodes of one cycle have in common that are judged alike.
private struct Judged: Hashable {
    private let key: EvaluationKey
    private let names: Set<String>?
    private let isScan: Bool

    init(_ node: UnjudgedNode, after operation: PatchSurvey.Operation) {
        key = EvaluationKey(
            packageSet: node.inventory,
            advisorySet: "\(node.advisories)",
            policy: node.patchGroup,
            at: node.provedAt
        )
        switch operation {
        case .scan: (isScan, names) = (true, nil)
        case .install(let only): (isScan, names) = (false, only)
        }
    }
}
