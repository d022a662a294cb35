package import ReadModels

/// Findings and when they are due, as `sla` shows them.
package struct SLAPage: Tabular {
    private let view: SLAView

    package init(_ view: SLAView) { self.view = view }

    package func lines(_ style: OutputStyle) -> [String] {
        let counts = view.counts
        var fields = FieldList()
        fields.append("breached", "\(counts.breached)", tone: counts.breached > 0 ? .bad : .plain)
        fields.append("due within 72 h", "\(counts.dueSoon)", tone: counts.dueSoon > 0 ? .warning : .plain)
        fields.append("within", "\(counts.within)")
        fields.append("waived", "\(counts.waived)")
        fields.append("will be late", "\(counts.missed)", tone: counts.missed > 0 ? .warning : .plain)
        fields.append("nodes judged", "\(view.judged)")
        if view.unjudged > 0 {
            let reason = "no inventory, or no advisory for the release"
            fields.append("not judged", "\(view.unjudged): \(reason)", tone: .warning)
        }
        guard !view.items.isEmpty else { return fields.lines(style) }
        let cut = ["", "These are due first; there are more, and --limit shows up to 5000."]
        return fields.lines(style) + [""] + table.lines(style) + (view.isCut ? cut : [])
    }

    package var table: Table {
        var table = Table([
            .init("DUE", importance: 9, isWhole: true),
            .init("STATE", importance: 8, isWhole: true),
            .init("SEVERITY", importance: 3, isWhole: true),
            .init("ADVISORY", importance: 7, isWhole: true),
            .init("PACKAGE", importance: 6),
            .init("SITE", importance: 2),
            .init("PATCH GROUP", importance: 4),
            .init("NODES", importance: 1, alignment: .right),
            .init("FORECAST", importance: 5),
        ])
        for item in view.items {
            table.append([
                .init(item.dueAt.map(\.toTheSecond) ?? "no limit"),
                .init(item.state, tone: .ofState(item.state)),
                .init(item.severity, tone: .ofSeverity(item.severity)),
                .init(item.advisory),
                .init(item.package),
                .init(item.site),
                .init(item.patchGroup),
                .init("\(item.nodeCount)"),
                .init(item.forecast),
            ])
        }
        return table
    }
}
