package import ReadModels

/// Which of a node's outputs are asked for.
package struct OutputChoice: Sendable {
    private let order: String?
    private let name: String?
    private let isOfAllOrders: Bool

    /// - Parameters:
    ///   - order: nil for the last one that has what is asked for.
    ///   - name: nil for whatever was printed.
    ///   - isOfAllOrders: whether no order is chosen where none is named.
    package init(order: String?, name: String?, isOfAllOrders: Bool) {
        self.order = order
        self.name = name
        self.isOfAllOrders = isOfAllOrders
    }

    /// - Parameter kept: the newest first.
    package func outputs(of kept: [OutputView]) -> [OutputView] {
        let named = kept.filter { name == nil || $0.name == name }
        guard let wanted = order ?? (isOfAllOrders ? nil : named.first?.order) else { return named }
        return named.filter { $0.order == wanted }
    }
}
