import Domain

/// What a frozen plan brings to whom.
package struct PlanView: Codable, Equatable, Sendable {
    /// What approvals are bound to.
    package var digest: String
    package var figures: PlanFigures
    /// Sorted.
    package var patches: [PlannedPatchView]
    /// The sets of patches that nodes get; nodes with equal needs share one.
    package var sets: [PatchSetView]

    package init(digest: String, figures: PlanFigures, patches: [PlannedPatchView], sets: [PatchSetView]) {
        self.digest = digest
        self.figures = figures
        self.patches = patches
        self.sets = sets
    }
}

/// A plan in figures.
package struct PlanFigures: Codable, Equatable, Sendable {
    /// Different patches over all nodes.
    package var patches: Int
    package var nodes: Int
    /// Nodes that are left alone: there is no scan of them.
    package var unscanned: Int
    /// Nodes that are left alone: no baseline is for their patch group.
    package var withoutBaseline: Int

    package init(patches: Int, nodes: Int, unscanned: Int, withoutBaseline: Int) {
        self.patches = patches
        self.nodes = nodes
        self.unscanned = unscanned
        self.withoutBaseline = withoutBaseline
    }
}

/// One patch of a plan.
package struct PlannedPatchView: Codable, Equatable, Sendable {
    package var name: String
    package var architecture: String
    package var version: String
    /// How many nodes get it.
    package var nodes: Int

    package init(name: String, architecture: String, version: String, nodes: Int) {
        self.name = name
        self.architecture = architecture
        self.version = version
        self.nodes = nodes
    }
}

/// Patches that go together to some nodes.
package struct PatchSetView: Codable, Equatable, Sendable {
    /// `NAME.ARCHITECTURE=VERSION`, sorted; empty for nodes that lack nothing.
    package var patches: [String]
    /// New packages that may come where the patches need them, in the same form.
    package var newcomers: [String]
    /// Sorted ids.
    package var nodes: [String]

    package init(patches: [String], newcomers: [String], nodes: [String]) {
        self.patches = patches
        self.newcomers = newcomers
        self.nodes = nodes
    }
}

extension PlanFigures {
    init(_ summary: PlanSummary) {
        self.init(
            patches: summary.patchCount,
            nodes: summary.nodeCount,
            unscanned: summary.unscannedCount,
            withoutBaseline: summary.withoutBaselineCount
        )
    }
}

extension PlanView {
    init(_ summary: PlanSummary, _ plan: Plan) {
        var nodes = [[String]](repeating: [], count: plan.patchSets.count)
        for assignment in plan.assignments { nodes[assignment.set].append(assignment.node) }
        var counts: [Patch: Int] = [:]
        for (set, nodes) in zip(plan.patchSets, nodes) {
            for patch in set.patches { counts[patch, default: 0] += nodes.count }
        }
        self.init(
            digest: summary.digest,
            figures: PlanFigures(summary),
            patches: counts.keys.sorted().map { patch in
                PlannedPatchView(
                    name: patch.name,
                    architecture: patch.architecture,
                    version: patch.version,
                    nodes: counts[patch] ?? 0
                )
            },
            sets: zip(plan.patchSets, nodes).map { set, nodes in
                PatchSetView(
                    patches: set.patches.map(\.description),
                    newcomers: set.newcomers.map(\.description),
                    nodes: nodes
                )
            }
        )
    }
}
