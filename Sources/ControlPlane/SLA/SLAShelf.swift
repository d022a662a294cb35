import Domain
import ReadModels

/// Of the findings in some states those that are due first; what it keeps bounds the memory, however many there are.
struct SLAShelf {
    let states: Set<SLAClock.State>
    private let limit: Int
    private var items: [Key: SLAItem] = [:]
    /// Behind it nothing is kept any more; nil while everything is.
    private var horizon: Key?

    /// - Parameters:
    ///   - states: of those that are kept.
    ///   - limit: how many are kept, at least 1.
    init(_ states: Set<SLAClock.State>, limit: Int) {
        self.states = states
        self.limit = limit
    }

    /// Those that are due first, in that order.
    var kept: [(key: Key, item: SLAItem)] {
        items.keys.sorted().prefix(limit).compactMap { key in items[key].map { (key, $0) } }
    }

    /// Whether there were more.
    var isCut: Bool { horizon != nil || items.count > limit }

    /// - Parameters:
    ///   - nodes: that have what the key stands for.
    ///   - item: what it is, without its nodes; asked for where it is new.
    mutating func add(_ nodes: [String], to key: Key, _ item: () -> SLAItem) {
        if let horizon, horizon < key { return }
        var item = items[key] ?? item()
        item.nodeCount += nodes.count
        item.nodes = Array((item.nodes + nodes).sorted().prefix(SLAItem.mostNodes))
        items[key] = item
        cut()
    }

    // MARK: - Steps

    /// Now and then lets go of what is due later than all that will be shown.
    ///
    /// The horizon only comes nearer, so what was let go never comes back in part.
    private mutating func cut() {
        guard items.count >= 2 * limit + 1_000 else { return }
        let kept = items.keys.sorted().prefix(limit)
        items = items.filter { item in kept.last.map { item.key <= $0 } ?? false }
        horizon = kept.last
    }
}

extension SLAShelf {
    /// What findings have in common that are shown as one, in the order in which they are shown.
    struct Key: Hashable, Comparable {
        let due: Int64
        /// The worst first.
        let severity: Int
        let names: [String]

        static func < (left: Self, right: Self) -> Bool {
            guard (left.due, left.severity) == (right.due, right.severity) else {
                return (left.due, left.severity) < (right.due, right.severity)
            }
            return left.names.lexicographicallyPrecedes(right.names)
        }
    }
}
