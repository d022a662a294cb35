import Postgres
package import Time

/// A node with what its patches come to.
package struct PatchedNode: Sendable {
    package let id: String
    package let site: String
    package let patchGroup: String
    package let isRevoked: Bool
    /// Of those that the node was judged by.
    package let baseline: String?
    package let lastScanAt: Timestamp?
    package let state: NodePatchState

    /// A row of ``FleetQuestions/patchStates(of:)``.
    init(_ row: Row, _ state: NodePatchState) throws(PostgresError) {
        (id, site, patchGroup) = (try row.get("node"), try row.get("site"), try row.get("patch_group"))
        (isRevoked, baseline, lastScanAt) = (
            try row.get("is_revoked"), try row.get("baseline"), try row.get("scanned_at")
        )
        self.state = state
    }
}
