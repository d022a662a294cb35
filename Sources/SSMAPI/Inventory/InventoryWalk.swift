import ControlPlane
import ReadModels

/// Goes through the region's nodes by id for pages of their inventory.
///
/// A request looks at so many nodes: where filters leave few, its page is short, and the next one goes on.
struct InventoryWalk: Sendable {
    private let nodesAtOnce: Int
    private let mostNodes: Int
    private let mostItems: Int

    /// - Parameter readsSoftware: whether what is installed is asked for, which has megabytes of each node.
    init(readsSoftware: Bool) {
        (nodesAtOnce, mostNodes, mostItems) = readsSoftware ? (10, 200, 10) : (250, 5_000, 50)
    }

    /// - Parameter make: in the order of the nodes; without those that are not meant.
    /// - Returns: with the id of the node that the next page begins behind; nil for the last page.
    func page<Item>(
        _ call: Call,
        after node: String?,
        atMost limit: Int,
        _ make: ([NodeView]) async throws -> [(node: String, item: Item)]
    ) async throws -> (items: [Item], next: String?) {
        let limit = min(limit, mostItems)
        var (found, last) = ([(node: String, item: Item)](), node)
        for _ in 0..<(mostNodes / nodesAtOnce) {
            let page = try await call.services.questions.nodes(after: last, limit: nodesAtOnce, site: call.region)
            found += try await make(page.filter(call.sees))
            guard found.count <= limit else { return (found.prefix(limit).map(\.item), found[limit - 1].node) }
            guard page.count == nodesAtOnce else { return (found.map(\.item), nil) }
            last = page.last?.id
        }
        return (found.map(\.item), last)
    }
}
