/// The frozen set of exact patch versions of a cycle: what each node gets, in every ring, and nothing else.
///
/// Nodes with equal needs share a patch set. Everything is sorted, so that equal plans have equal bytes and one digest.
package struct Plan: Codable, Equatable, Sendable {
    /// Distinct and sorted.
    package private(set) var patchSets: [PatchSet]
    /// Sorted by node; one for each node.
    package private(set) var assignments: [Assignment]

    /// Which patch set a node gets.
    package struct Assignment: Codable, Equatable, Sendable {
        package var node: String
        /// An index into ``Plan/patchSets``.
        package var set: Int

        package init(node: String, set: Int) {
            self.node = node
            self.set = set
        }
    }

    /// The plan that gives each node the patches selected for it; an empty selection is kept as an empty set.
    package init(selections: [String: PatchSet]) {
        patchSets = Set(selections.values).sorted()
        let indices = Dictionary(uniqueKeysWithValues: patchSets.enumerated().map { ($1, $0) })
        assignments = selections.keys.sorted().map { node in
            Assignment(node: node, set: selections[node].flatMap { indices[$0] } ?? 0)
        }
    }

    /// A plan as it was stored.
    ///
    /// - Parameters: both in the order that ``init(selections:)`` gives them.
    package init(patchSets: [PatchSet], assignments: [Assignment]) {
        self.patchSets = patchSets
        self.assignments = assignments
    }

    /// The node's patch set; nil for a node that the plan does not know.
    package func setIndex(of node: String) -> Int? {
        var (low, high) = (0, assignments.count)
        while low < high {
            let middle = (low + high) / 2
            if assignments[middle].node < node { low = middle + 1 } else { high = middle }
        }
        return low < assignments.count && assignments[low].node == node ? assignments[low].set : nil
    }

    package func summary(digest: String, unscannedCount: Int, withoutBaselineCount: Int) -> PlanSummary {
        PlanSummary(
            digest: digest,
            patchCount: Set(patchSets.flatMap(\.patches)).count,
            nodeCount: assignments.count,
            unscannedCount: unscannedCount,
            withoutBaselineCount: withoutBaselineCount
        )
    }
}
