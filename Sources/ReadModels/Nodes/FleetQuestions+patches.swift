import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Postgres
import Time

extension FleetQuestions {
    /// The states of a node's patches, judged by its last inventory and the baseline of the cycle that had it taken.
    ///
    /// - Throws: ``Problem`` 404 for an unknown node.
    package func patches(ofNode id: String) async throws -> NodePatchesView {
        let node = try await node(id)
        return NodePatchesView(node, try await evidence(of: node))
    }

    /// Why a node's patches are what they are.
    ///
    /// - Parameter patch: a package's name or a glob, or a CVE; nil for all that is on offer or waits for a boot.
    /// - Throws: ``Problem`` 404 for an unknown node, for a patch that the node neither has nor is offered, and for a vulnerability that
    ///   it does not have; 409 when nobody knows whether it does.
    package func why(_ id: String, patch: String?) async throws -> ExplanationsView {
        let node = try await node(id)
        var explanations: [ExplanationView] = []
        if let evidence = try await evidence(of: node) {
            let reasons = NodeReasons(
                evidence,
                on: NodePlace(node: node.id, patchGroup: node.patchGroup, site: node.site),
                under: try await reader.policy(),
                earlier: try await installs(of: node.id, before: evidence.cycle),
                at: now()
            )
            explanations = try await self.explanations(of: patch, on: id, reasons)
        }
        return ExplanationsView(
            node: node.id,
            name: node.name,
            compliance: node.compliance,
            unknownReason: node.unknownReason,
            scannedAt: node.lastScanAt,
            patches: explanations
        )
    }

    // MARK: - Steps

    private func explanations(of patch: String?, on node: String, _ reasons: NodeReasons) async throws
        -> [ExplanationView]
    {
        if let vulnerability = patch.flatMap({ CVE($0) }) {
            return try await explanations(of: vulnerability, on: node, reasons)
        }
        let explanations = reasons.explanations(of: patch)
        if let patch, explanations.isEmpty {
            let detail =
                "node \(node) neither has a package \(patch) nor is offered one; `ringmaster node patches \(node)` lists its"
            throw Problem(status: 404, code: "patch-not-found", detail: detail)
        }
        return explanations.map(ExplanationView.init)
    }

    /// nil while there is nothing to judge by: no inventory, no index that it rests on, or no baseline.
    private func evidence(of node: NodeView) async throws -> NodeEvidence? {
        guard let row = try await client.query(Self.selectProof(.text(node.id))).first,
            let digest = try row.get("inventory", as: String?.self)
        else { return nil }
        let (id, at): (String, Timestamp) = (try row.get("cycle"), try row.get("proved_at"))
        guard let inventory = try await content.inventories.load([digest])[digest] else { return nil }
        let cycle = try await cycleState(id, at: nil)
        guard inventory.indexCount > 0, let definition = cycle.start?.definition,
            let baseline = definition.baseline(ofPatchGroup: node.patchGroup, on: inventory.system)
        else { return nil }
        let runs = try await installs(of: node.id, in: id, cycle)
        return NodeEvidence(
            inventory,
            by: baseline,
            of: id,
            at: at,
            installs: runs.reversed(),
            next: cycle.nextInstall(id, of: node, after: runs)
        )
    }

    /// The node's installs in the order of their stages.
    private func installs(of node: String, in id: String, _ cycle: Cycle) async throws -> [NodeInstall] {
        let rollouts = try await client.query(Self.selectInstalls(.text(id), .text(node))).column(0, as: String.self)
        let order = cycle.stages.flatMap(\.lanes).map(\.rollout)
        return try await installs(of: node, in: order.filter(rollouts.contains))
    }

    /// The node's last installs of the ``earlierCycles`` that started before, the last one first.
    private func installs(of node: String, before cycle: String) async throws -> [NodeInstall] {
        let statement = Self.selectEarlierInstalls(
            .text(cycle),
            .text(node),
            .int64(Self.earlierInstalls),
            .int64(Self.earlierCycles)
        )
        return try await installs(of: node, in: try await client.query(statement).column(0, as: String.self))
    }

    private func installs(of node: String, in rollouts: [String]) async throws -> [NodeInstall] {
        var runs: [NodeInstall] = []
        for name in rollouts {
            let folded = try await reader.fold(DomainDecider<Rollout>.withoutEffects, Rollout.stream(name))
            if let run = folded.flatMap({ NodeInstall(of: node, in: $0.state) }) { runs.append(run) }
        }
        return runs
    }

    /// That are looked at for failures.
    private static let earlierInstalls: Int64 = 5
    /// Whose lanes are looked through for them: what failed long before says nothing of now.
    private static let earlierCycles: Int64 = 50

    // MARK: - SQL

    private static let selectProof = SQL(
        "node_compliance_select_proof",
        "SELECT cycle, inventory, proved_at FROM node_compliance WHERE node = $1"
    )

    private static let selectInstalls = SQL(
        "rollout_targets_select_installs",
        "SELECT rollout FROM rollout_targets WHERE cycle = $1 AND installs AND $2 = ANY (nodes)"
    )

    private static let selectEarlierInstalls = SQL(
        "rollout_targets_select_earlier",
        """
        SELECT t.rollout
        FROM (
            SELECT id, started_at FROM cycle
            WHERE started_at < (SELECT started_at FROM cycle WHERE id = $1)
            ORDER BY started_at DESC
            LIMIT $4
        ) c
        JOIN rollout_targets t ON t.cycle = c.id
        WHERE t.installs AND $2 = ANY (t.nodes)
        ORDER BY c.started_at DESC, t.rollout DESC
        LIMIT $3
        """
    )
}

extension Cycle {
    /// The first install stage that the node is in and has not gone through; nil when there is none to come.
    fileprivate func nextInstall(
        _ id: String,
        of node: NodeView,
        after runs: [NodeInstall]
    ) -> Explanation.NextInstall? {
        guard !step.isTerminal, abort == nil, let definition = start?.definition else { return nil }
        let passed = Set(runs.filter(\.isTerminal).map(\.stage))
        let next = stages.first { progress in
            guard progress.endedAt == nil, !passed.contains(progress.name),
                case .install(let rules, _) = definition.stage(named: progress.name)?.work
            else { return false }
            return rules.targets.matches(
                node: node.id,
                site: node.site,
                patchGroup: node.patchGroup,
                tags: node.tags
            )
        }
        return next.map { stage in
            // Without a run its lane is not open yet.
            let window = runs.first { $0.stage == stage.name }?.window
            return Explanation.NextInstall(cycle: id, stage: stage.name, window: window)
        }
    }
}
