import ControlPlane
import Domain
import ReadModels
import Time

extension PatchedNode {
    /// Of the last operation; it begins and ends with the inventory that it was judged by.
    var time: EpochSeconds { EpochSeconds(lastScanAt ?? Timestamp(microseconds: 0)) }

    /// Of what speaks against the node; UNSPECIFIED when nothing does.
    var worstLevel: String {
        let levels = state.nonCompliant.keys.compactMap(ComplianceLevel.init)
        return (levels.max() ?? .unspecified).rawValue
    }
}

extension Call {
    /// In the order of the nodes, without those of which nothing is known.
    func states(of nodes: [NodeView]) async throws -> [PatchedNode] {
        guard !nodes.isEmpty else { return [] }
        let states = try await services.questions.patchStates(of: nodes.map(\.id))
        return nodes.compactMap { states[$0.id] }
    }
}
