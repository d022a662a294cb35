/// A frozen plan in figures, and the digest that approvals are bound to.
package struct PlanSummary: Codable, Equatable, Sendable {
    /// SHA-256 of ``Plan/canonicalBytes``, lower-case hexadecimal.
    package var digest: String
    /// Distinct patches over all nodes.
    package var patchCount: Int
    /// Nodes that the plan has a patch set for; it may be empty.
    package var nodeCount: Int
    /// Nodes of which there was no usable scan; the plan leaves them alone.
    package var unscannedCount: Int
    /// Nodes whose patch group has no baseline; the plan leaves them alone.
    package var withoutBaselineCount: Int

    package init(
        digest: String,
        patchCount: Int,
        nodeCount: Int,
        unscannedCount: Int,
        withoutBaselineCount: Int = 0
    ) {
        self.digest = digest
        self.patchCount = patchCount
        self.nodeCount = nodeCount
        self.unscannedCount = unscannedCount
        self.withoutBaselineCount = withoutBaselineCount
    }
}
