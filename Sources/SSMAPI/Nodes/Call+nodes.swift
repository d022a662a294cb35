import ControlPlane
import Domain
import ReadModels

extension Call {
    /// Nodes of a page of the database.
    private static let nodesAtOnce = 500

    /// Whether the node is of the region and within what the principal may see.
    func sees(_ node: NodeView) -> Bool { !node.isRevoked && sees(site: node.site, patchGroup: node.patchGroup) }

    private func sees(site: String, patchGroup: String) -> Bool {
        site == region && principal.scope.covers(site: site, patchGroup: patchGroup)
    }

    /// Those of the nodes that there are here, by id.
    func nodes(_ ids: [String]) async throws -> [NodeView] {
        try await services.questions.nodes(in: ids).filter(sees)
    }

    /// Those of the nodes that there are here and of which something is known, by id.
    func patchedNodes(_ ids: [String]) async throws -> [PatchedNode] {
        try await services.questions.patchedNodes(in: ids).filter { node in
            !node.isRevoked && sees(site: node.site, patchGroup: node.patchGroup)
        }
    }

    /// - Throws: ``SSMError``, `InvalidInstanceId`, for one that there is not here.
    func node(_ id: String) async throws -> NodeView {
        guard let node = try await nodes([id]).first else {
            throw SSMError("InvalidInstanceId", "There is no managed node \(id) in \(region).")
        }
        return node
    }

    /// Goes through the region's nodes by id until the body has enough.
    ///
    /// - Parameters:
    ///   - last: the id of the node before the first.
    ///   - group: nil for nodes of all patch groups.
    ///   - count: how many nodes the body is likely to want.
    ///   - body: of some nodes; false ends it.
    func eachNode(
        after last: String? = nil,
        ofGroup group: String? = nil,
        likely count: Int = nodesAtOnce,
        _ body: ([NodeView]) async throws -> Bool
    ) async throws {
        var (last, limit) = (last, min(count, Self.nodesAtOnce))
        while true {
            let page = try await services.questions.nodes(after: last, limit: limit, site: region, patchGroup: group)
            guard try await body(page.filter(sees)), page.count == limit else { return }
            // Filters that leave few need more of them.
            (last, limit) = (page.last?.id, min(2 * limit, Self.nodesAtOnce))
        }
    }

    /// A page of what the region's nodes have.
    ///
    /// - Parameters:
    ///   - group: nil for nodes of all patch groups.
    ///   - make: with the node's id as the key, and behind it a space and what tells a node's items apart, if it has several, in their
    ///     order; nothing for a node that is not meant.
    func page<Item>(
        _ operation: String,
        after token: String?,
        atMost limit: Int,
        ofGroup group: String? = nil,
        _ make: ([NodeView]) async throws -> [(key: String, item: Item)]
    ) async throws -> (items: [Item], next: String?) {
        // A page that takes nothing would never end.
        let limit = max(1, limit)
        var found: [(key: String, item: Item)] = []
        let last = try PageToken.last(operation, token)
        let node = last?.split(separator: " ").first.map(String.init)
        if let last, let node, node != last {
            found = try await make(try await nodes([node])).filter { $0.key > last }
        }
        if found.count <= limit {
            try await eachNode(after: node, ofGroup: group, likely: limit + 1) { nodes in
                found += try await make(nodes)
                return found.count <= limit
            }
        }
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last.map { PageToken.make(operation, last: $0.key) } : nil
        return (page.map(\.item), next)
    }
}
