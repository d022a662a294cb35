package import ReadModels

/// The nodes that lack a fix, as `advisory impact` lists them.
package struct ImpactTable: Tabular {
    private let impact: ImpactPage

    /// - Parameter impact: all pages as one.
    package init(_ impact: ImpactPage) { self.impact = impact }

    package func lines(_ style: OutputStyle) -> [String] {
        let affected = Set(impact.items.map(\.node)).count
        let nodes = impact.judged == 1 ? "1 node" : "\(impact.judged) nodes"
        let verb = affected == 1 ? "lacks" : "lack"
        var summary = ["\(affected) of \(nodes) \(verb) a fix."]
        if impact.unjudged > 0 {
            summary.append("\(impact.unjudged) cannot be judged: no inventory, or no advisory for the release.")
        }
        return impact.items.isEmpty ? summary : table.lines(style) + [""] + summary
    }

    package var table: Table {
        var table = Table([
            .init("NODE", importance: 7, isWhole: true),
            .init("NAME", importance: 6),
            .init("PACKAGE", importance: 9),
            .init("INSTALLED", importance: 2),
            .init("FIXED", importance: 8),
            .init("ADVISORY", importance: 3, isWhole: true),
            .init("SEVERITY", importance: 2, isWhole: true),
            .init("SCANNED", importance: 1),
            .init("DUE", importance: 4, isWhole: true),
            .init("FORECAST", importance: 5),
        ])
        for item in impact.items.sorted(by: { ($0.name, $0.node, $0.package) < ($1.name, $1.node, $1.package) }) {
            table.append([
                .init(item.node),
                .init(item.name),
                .init(item.package),
                .init(item.installedVersion),
                .init(item.fixedVersion ?? "-"),
                .init(item.advisory),
                .init(item.severity, tone: .ofSeverity(item.severity)),
                .init(item.scannedAt.toTheSecond),
                .init(item.dueAt.map(\.toTheSecond) ?? "no limit", tone: .ofState(item.state)),
                .init(item.forecast),
            ])
        }
        return table
    }
}
