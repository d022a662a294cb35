import Domain
import ReadModels
import Time

/// Tells when findings are due, and what the present policy and schedule make of them.
struct FindingOutlook {
    let now: Timestamp
    private let policy: Policy
    private let baselines: [Baseline]
    private let windows: ComingWindows

    init(_ book: PolicyBook, _ windows: ComingWindows, at now: Timestamp) {
        policy = book.policy ?? Policy()
        baselines = book.baselines
        self.windows = windows
        self.now = now
    }

    /// - Parameter body: is given each finding with those of the nodes that have one clock and forecast, by the waivers that cover them.
    func judge(_ alike: LikeNodes, _ body: (Finding, SLAClock, ClosureForecast, [String]) -> Void) {
        let baseline = baselines.serving(alike.patchGroup, on: alike.inventory.system)
        var offer = FixOffer(alike.inventory, judgedBy: baseline, at: now)
        let windows = windows.of(site: alike.site, patchGroup: alike.patchGroup)
        for finding in alike.findings {
            let judgement = offer.judgement(closing: finding)
            let obstacle = offer.obstacle(to: finding)
            for (waivers, nodes) in parts(of: alike, finding) {
                let clock = SLAClock(
                    finding.advisory,
                    firstSeenAt: finding.advisory.firstImportedAt ?? now,
                    under: policy.sla ?? .standard,
                    waivers: waivers
                )
                let forecast = ClosureForecast(
                    of: clock,
                    judgement: judgement,
                    obstacle: obstacle,
                    windows: windows,
                    at: now
                )
                body(finding, clock, forecast, nodes)
            }
        }
    }

    // MARK: - Steps

    /// The nodes by the waivers that cover the finding on them.
    private func parts(of alike: LikeNodes, _ finding: Finding) -> [(waivers: [Waiver], nodes: [String])] {
        let waivers = policy.waivers.filter { $0.isAbout(finding) }
        guard !waivers.isEmpty else { return [([], alike.nodes)] }
        let parts = Dictionary(grouping: alike.nodes) { node in
            let place = NodePlace(node: node, patchGroup: alike.patchGroup, site: alike.site)
            return waivers.indices.filter { waivers[$0].holds(on: place) }
        }
        return parts.map { ($0.key.map { waivers[$0] }, $0.value) }
    }
}
