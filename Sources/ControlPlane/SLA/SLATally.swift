import Domain
import ReadModels
import Time

/// Counts findings by their states, and keeps those that are due first, for each shelf by its own limit.
struct SLATally {
    private var counts = SLAView.Counts()
    private var shelves: [SLAShelf]

    init(_ shelves: [SLAShelf]) { self.shelves = shelves }

    mutating func add(_ alike: LikeNodes, judgedBy outlook: FindingOutlook) {
        outlook.judge(alike) { finding, clock, forecast, nodes in
            let state = clock.state(at: outlook.now)
            let key = SLAShelf.Key(
                due: clock.dueAt?.microseconds ?? .max,
                severity: -finding.advisory.severity.rank,
                names: [
                    finding.advisory.id, finding.advisory.source.rawValue, finding.package.name,
                    finding.package.architecture, finding.fixedVersion ?? "", alike.site, alike.patchGroup,
                    state.rawValue, forecast.text,
                ]
            )
            add(nodes, in: state, isMissed: forecast.isMiss && clock.dueAt != nil, to: key) {
                SLAItem(finding, clock.dueAt, state, forecast, alike)
            }
        }
    }

    /// - Parameters:
    ///   - nodes: that have what the key stands for.
    ///   - isMissed: whether the present schedule will not close it in time.
    ///   - item: what it is, without its nodes.
    mutating func add(
        _ nodes: [String],
        in state: SLAClock.State,
        isMissed: Bool,
        to key: SLAShelf.Key,
        _ item: () -> SLAItem
    ) {
        count(nodes.count, state, isMissed: isMissed)
        for index in shelves.indices where shelves[index].states.contains(state) {
            shelves[index].add(nodes, to: key, item)
        }
    }

    func view(judged: Int, unjudged: Int) -> SLAView {
        SLAView(
            counts: counts,
            judged: judged,
            unjudged: unjudged,
            items: shelves.flatMap(\.kept).sorted { $0.key < $1.key }.map(\.item),
            isCut: shelves.contains { $0.isCut }
        )
    }

    // MARK: - Steps

    private mutating func count(_ nodes: Int, _ state: SLAClock.State, isMissed: Bool) {
        switch state {
        case .breached: counts.breached += nodes
        case .dueSoon: counts.dueSoon += nodes
        case .within: counts.within += nodes
        case .waived: counts.waived += nodes
        }
        if isMissed, state == .dueSoon || state == .within { counts.missed += nodes }
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
