package import ReadModels

/// A frozen plan as `cycle plan` shows it.
package struct PlanPage: Sendable {
    /// Patches of a set that are named; -o json names all.
    private static let namedPatches = 3

    private let plan: PlanView
    private let cycle: String

    package init(_ plan: PlanView, cycle: String) {
        self.plan = plan
        self.cycle = cycle
    }

    package func lines(_ style: OutputStyle) -> [String] {
        let title = style.fitted("plan of cycle \(cycle)".printable)
        return [style.paint(title, .heading), style.paint(style.fitted(plan.digest.printable), .faint)]
            + [style.fitted(Self.sentence(plan.figures))] + patches(style) + sets(style)
    }

    /// Such as `3 patches for 20 nodes, 2 not scanned`.
    static func sentence(_ figures: PlanFigures) -> String {
        let parts = [
            "\(count(figures.patches, "patch", "patches")) for \(count(figures.nodes, "node", "nodes"))",
            figures.unscanned > 0 ? "\(figures.unscanned) not scanned" : nil,
            figures.withoutBaseline > 0 ? "\(figures.withoutBaseline) without a baseline" : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    // MARK: - Steps

    private func patches(_ style: OutputStyle) -> [String] {
        guard !plan.patches.isEmpty else { return ["", "No node lacks an approved patch."] }
        var table = Table([
            .init("PATCH", importance: 4),
            .init("ARCH", importance: 1),
            .init("VERSION", importance: 3),
            .init("NODES", importance: 2, alignment: .right),
        ])
        for patch in plan.patches {
            table.append([.init(patch.name), .init(patch.architecture), .init(patch.version), "\(patch.nodes)"])
        }
        return [""] + table.lines(style)
    }

    private func sets(_ style: OutputStyle) -> [String] {
        var table = Table([
            .init("NODES", importance: 3, alignment: .right),
            .init("PATCHES", importance: 2, alignment: .right),
            .init("SUCH AS", importance: 1),
        ])
        for set in plan.sets {
            let named = set.patches.prefix(Self.namedPatches).joined(separator: " ")
            let more = set.patches.count > Self.namedPatches ? " \(style.ellipsis)" : ""
            table.append(["\(set.nodes.count)", "\(set.patches.count)", .init(named + more)])
        }
        return plan.sets.isEmpty ? [] : [""] + table.lines(style)
    }

    private static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }
}
