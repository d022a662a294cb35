import AgentProtocol
package import Domain
import DurableStreams
package import ReadModels
import Time

/// Answers when findings are due and what will close them: which are open for too long, and which will be.
package struct SLAService: Sendable {
    /// The most findings that are told at once.
    package static let mostItems = 5_000

    private let reader: StreamReader
    private let workflows: WorkflowLibrary
    private let questions: FleetQuestions
    private let now: @Sendable () -> Timestamp

    init(
        reader: StreamReader,
        workflows: WorkflowLibrary,
        questions: FleetQuestions,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.reader = reader
        self.workflows = workflows
        self.questions = questions
        self.now = now
    }

    /// The findings of the fleet by what is due, judged by the present policy, with what the present schedule makes of them.
    ///
    /// - Parameters:
    ///   - state: of those that are listed; nil for all. Whatever is listed, all are counted.
    ///   - limit: how many are listed, within 1 to ``mostItems``.
    /// - Throws: ``Problem`` 409 when there are more advisories than can be judged by.
    package func findings(in state: SLAClock.State?, limit: Int) async throws -> SLAView {
        let states = state.map { [$0] } ?? Set(SLAClock.State.allCases)
        return try await findings([SLAShelf(states, limit: min(max(1, limit), Self.mostItems))])
    }

    /// As ``findings(in:limit:)``, but no state takes the place of another.
    ///
    /// - Parameter limits: how many are listed of each state, within 1 to ``mostItems``; of the other states none are.
    /// - Throws: as ``findings(in:limit:)``.
    package func findings(limits: [SLAClock.State: Int]) async throws -> SLAView {
        try await findings(limits.map { SLAShelf([$0.key], limit: min(max(1, $0.value), Self.mostItems)) })
    }

    /// The nodes whose last inventory lacks a fix of the vulnerability or the advisory, with when it is due and what will close it.
    ///
    /// - Parameters:
    ///   - subject: a CVE or the id of an advisory.
    ///   - source: only by advisories of this source; nil for all.
    ///   - after: the cursor of the page before.
    ///   - limit: of nodes that are looked at.
    ///   - mostItems: the page ends before the node whose items would be more than fit; what one node lacks is never parted.
    /// - Throws: ``Problem`` 404 when nothing is known of the subject, 400 for a cursor that was not given by this.
    package func impact(
        of subject: String,
        source: String?,
        after: String?,
        limit: Int,
        mostItems: Int = .max
    ) async throws -> ImpactPage {
        let index = try await questions.index(on: subject, source: source)
        let outlook = try await outlook()
        var judged: Set<String> = []
        var items: [String: [Item]] = [:]
        let page = try await questions.findings(by: index, after: after, limit: limit) { alike in
            judged.formUnion(alike.nodes)
            outlook.judge(alike) { finding, clock, forecast, nodes in
                for node in nodes { items[node, default: []].append((finding, clock, forecast)) }
            }
        }
        let fitting = Self.fitting(page.nodes.map { items[$0.place.node]?.count ?? 0 }, in: mostItems)
        let nodes = page.nodes.prefix(fitting)
        let judgedCount = nodes.count { judged.contains($0.place.node) }
        return ImpactPage(
            items: nodes.flatMap { node in
                (items[node.place.node] ?? []).map { ImpactView(node, $0, at: outlook.now) }
            },
            judged: judgedCount,
            unjudged: nodes.count - judgedCount,
            next: fitting < page.nodes.count ? nodes.last?.cursor : page.next
        )
    }

    /// By node, what is open on it for longer than it may be; nodes without such findings are left out.
    ///
    /// - Throws: as ``findings(in:limit:)``.
    func overdue() async throws -> [String: OverdueFindings] {
        let outlook = try await outlook()
        var found: [String: OverdueFindings] = [:]
        _ = try await questions.findings { alike in
            // Nodes that are alike share one set, unless waivers cover some of them alone.
            var sets: [[String]: Set<OverdueFindings.Finding>] = [:]
            outlook.judge(alike) { finding, clock, _, nodes in
                guard clock.state(at: outlook.now) == .breached, let due = clock.dueAt else { return }
                let overdue = OverdueFindings.Finding(
                    advisory: finding.advisory.id,
                    package: finding.package.name,
                    severity: finding.advisory.severity,
                    dueAt: due
                )
                sets[nodes, default: []].insert(overdue)
            }
            guard sets.count > 1 else {
                for (nodes, set) in sets {
                    let overdue = OverdueFindings(set)
                    for node in nodes { found[node] = overdue }
                }
                return
            }
            var ofNodes: [String: Set<OverdueFindings.Finding>] = [:]
            for (nodes, set) in sets { for node in nodes { ofNodes[node, default: []].formUnion(set) } }
            found.merge(ofNodes.mapValues(OverdueFindings.init)) { _, new in new }
        }
        return found
    }

    // MARK: - Steps

    fileprivate typealias Item = (finding: Finding, clock: SLAClock, forecast: ClosureForecast)

    /// How many nodes fit that have so many items each; the first that has any always does, so that every page goes on.
    private static func fitting(_ counts: [Int], in mostItems: Int) -> Int {
        var sum = 0
        for (index, count) in counts.enumerated() {
            if sum > 0, count > mostItems - sum { return index }
            sum += count
        }
        return counts.count
    }

    private func findings(_ shelves: [SLAShelf]) async throws -> SLAView {
        let outlook = try await outlook()
        var tally = SLATally(shelves)
        let (judged, unjudged) = try await questions.findings { tally.add($0, judgedBy: outlook) }
        return tally.view(judged: judged, unjudged: unjudged)
    }

    private func outlook() async throws -> FindingOutlook {
        let moment = now()
        let book = try await reader.policy()
        let windows = try ComingWindows(workflows, book, fleet: try await questions.fleetGroups(), from: moment)
        return FindingOutlook(book, windows, at: moment)
    }
}

extension ImpactView {
    fileprivate init(_ node: JudgedNode, _ item: SLAService.Item, at now: Timestamp) {
        let finding = item.finding
        self.init(
            node: node.place.node,
            name: node.name,
            site: node.place.site,
            patchGroup: node.place.patchGroup,
            package: finding.package.name,
            architecture: finding.package.architecture,
            installedVersion: finding.package.version,
            fixedVersion: finding.fixedVersion,
            advisory: finding.advisory.id,
            source: finding.advisory.source.rawValue,
            digest: finding.advisory.digest,
            severity: finding.advisory.severity.rawValue,
            dueAt: item.clock.dueAt,
            state: item.clock.state(at: now).rawValue,
            closesInWindowOf: item.forecast.window?.opens,
            forecast: item.forecast.text,
            scannedAt: node.scannedAt
        )
    }
}
