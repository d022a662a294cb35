package import Domain
import Postgres

extension FleetQuestions {
    /// Where the node stands.
    ///
    /// - Throws: ``Problem`` 404 for an unknown node.
    package func reach(ofNode id: String) async throws -> AccessReach {
        let node = try await node(id)
        return .node(site: node.site, patchGroup: node.patchGroup)
    }
}
