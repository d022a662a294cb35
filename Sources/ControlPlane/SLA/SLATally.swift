import Domain
import ReadModels
import Time

/// Counts findings by their states, and keeps those that are due first.
struct SLATally {
    private let outlook: FindingOutlook
    private let wanted: SLAClock.State?
    private let limit: Int
    private let now: Timestamp

    private var counts = SLAView.Counts()
    private var items: [Key: SLAItem] = [:]
    /// Behind it nothing is kept any more; nil while everything is.
    private var horizon: Key?

    /// - Parameters:
    ///   - wanted: the state of those to keep; nil for all.
    ///   - limit: how many to keep, at least 1.
    init(_ outlook: FindingOutlook, wanted: SLAClock.State?, limit: Int) {
        self.outlook = outlook
        self.wanted = wanted
        self.limit = limit
        now = outlook.now
    }

    mutating func add(_ alike: LikeNodes) {
        outlook.judge(alike) { finding, clock, forecast, nodes in add(finding, clock, forecast, nodes, of: alike) }
    }

    func view(judged: Int, unjudged: Int) -> SLAView {
        let sorted = items.keys.sorted()
        return SLAView(
            counts: counts,
            judged: judged,
            unjudged: unjudged,
            items: sorted.prefix(limit).compactMap { items[$0] },
            isCut: horizon != nil || sorted.count > limit
        )
    }

    // MARK: - Steps

    private mutating func add(
        _ finding: Finding,
        _ clock: SLAClock,
        _ forecast: ClosureForecast,
        _ nodes: [String],
        of alike: LikeNodes
    ) {
        let state = clock.state(at: now)
        count(nodes.count, state, isMissed: forecast.isMiss && clock.dueAt != nil)
        guard wanted == nil || wanted == state else { return }
        let key = Key(
            due: clock.dueAt?.microseconds ?? .max,
            severity: -finding.advisory.severity.rank,
            names: [
                finding.advisory.id, finding.advisory.source.rawValue, finding.package.name,
                finding.package.architecture, finding.fixedVersion ?? "", alike.site, alike.patchGroup,
                state.rawValue, forecast.text,
            ]
        )
        if let horizon, horizon < key { return }
        var item = items[key] ?? SLAItem(finding, clock.dueAt, state, forecast, alike)
        item.nodeCount += nodes.count
        item.nodes = Array((item.nodes + nodes).sorted().prefix(SLAItem.mostNodes))
        items[key] = item
        cut()
    }

    private mutating func count(_ nodes: Int, _ state: SLAClock.State, isMissed: Bool) {
        switch state {
        case .breached: counts.breached += nodes
        case .dueSoon: counts.dueSoon += nodes
        case .within: counts.within += nodes
        case .waived: counts.waived += nodes
        }
        if isMissed, state == .dueSoon || state == .within { counts.missed += nodes }
    }

    /// Now and then lets go of what is due later than all that will be shown: what is kept bounds the memory.
    ///
    /// The horizon only comes nearer, so what was let go never comes back in part.
    private mutating func cut() {
        guard items.count >= 2 * limit + 1_000 else { return }
        let kept = items.keys.sorted().prefix(limit)
        items = items.filter { item in kept.last.map { item.key <= $0 } ?? false }
        horizon = kept.last
    }

    /// What findings have in common that are shown as one, in the order in which they are shown.
    private struct Key: Hashable, Comparable {
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

extension SLAItem {
    /// Without its nodes.
    fileprivate init(
        _ finding: Finding,
        _ dueAt: Timestamp?,
        _ state: SLAClock.State,
        _ forecast: ClosureForecast,
        _ alike: LikeNodes
    ) {
        self.init(
            dueAt: dueAt,
            state: state.rawValue,
            severity: finding.advisory.severity.rawValue,
            advisory: finding.advisory.id,
            source: finding.advisory.source.rawValue,
            package: finding.package.name,
            architecture: finding.package.architecture,
            fixedVersion: finding.fixedVersion,
            site: alike.site,
            patchGroup: alike.patchGroup,
            nodeCount: 0,
            nodes: [],
            forecast: forecast.text
        )
    }
}
