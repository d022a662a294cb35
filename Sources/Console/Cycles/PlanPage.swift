import ReadModels

/// What a cycle's frozen plan brings, beside the plan of the cycle of its workflow before it.
struct PlanPage: Sendable {
    struct Line: Sendable {
        var name: String
        var architecture: String
        var version: String
        var nodes: String
        /// `new`, or the version that the plan before had; nil for what was in it.
        var change: String?
    }

    var frame: Frame
    var cycle: String
    var cycleAddress: String
    var digest: String
    var summary: String
    /// What it is compared with; nil when there is nothing.
    var comparison: String?
    var comparedAddress: String?
    var lines: [Line]
    var more: String?

    static let mostLines = 350

    /// - Parameter before: the plan that it is compared with, and its cycle.
    init(_ plan: PlanView, of cycle: String, before: (plan: PlanView, cycle: String)?, _ frame: Frame) {
        self.frame = frame
        self.cycle = cycle
        cycleAddress = WebAddress("cycles", cycle).text
        digest = plan.digest
        let figures = plan.figures
        summary =
            "\(Figures.count(figures.patches, "patch", "patches")) for \(Figures.count(figures.nodes, "node")); "
            + "\(figures.unscanned) left alone without a scan, \(figures.withoutBaseline) without a baseline."
        let old = Dictionary(
            (before?.plan.patches ?? []).map { ("\($0.name).\($0.architecture)", $0.version) },
            uniquingKeysWith: { _, last in last }
        )
        let known = Set((before?.plan.patches ?? []).map { "\($0.name).\($0.architecture)=\($0.version)" })
        let all = plan.patches.map { patch in
            let isOld = known.contains("\(patch.name).\(patch.architecture)=\(patch.version)")
            let earlier = old["\(patch.name).\(patch.architecture)"]
            return Line(
                name: patch.name,
                architecture: patch.architecture,
                version: patch.version,
                nodes: Figures.grouped(patch.nodes),
                change: before == nil || isOld ? nil : earlier.map { "was \($0)" } ?? "new"
            )
        }
        lines = Array(all.prefix(Self.mostLines))
        more = all.count > lines.count ? "and \(all.count - lines.count) more: `ringmaster cycle plan \(cycle)`" : nil
        if let before {
            let gone = Set(before.plan.patches.map(\.name)).subtracting(plan.patches.map(\.name)).count
            let new = all.count { $0.change != nil }
            comparison =
                "\(new) new or at another version since the plan of \(before.cycle), "
                + "\(Figures.count(gone, "package")) of that one no longer in it."
            comparedAddress = WebAddress("cycles", before.cycle, "plan").text
        }
    }
}
