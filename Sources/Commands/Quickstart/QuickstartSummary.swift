package import ReadModels

/// The final tables of a quickstart.
package struct QuickstartSummary: Sendable {
    /// A host and what was found wrong with it.
    package struct Row: Sendable {
        package var node: NodeView?
        package var name: String
        package var faults: [String]

        package init(node: NodeView?, name: String, faults: [String]) {
            self.node = node
            self.name = name
            self.faults = faults
        }
    }

    private let cycle: CycleView
    private let rows: [Row]

    package init(cycle: CycleView, rows: [Row]) {
        self.cycle = cycle
        self.rows = rows
    }

    package var isAsItShouldBe: Bool { cycle.state == "completed" && rows.allSatisfy(\.faults.isEmpty) }

    package func stages(_ style: OutputStyle) -> [String] {
        var table = Table([
            .init("STAGE", importance: 5, isWhole: true),
            .init("STATE", importance: 4, isWhole: true),
            .init("HOSTS", importance: 3, alignment: .right),
            .init("SUCCEEDED", importance: 3, alignment: .right),
            .init("FAILED", importance: 3, alignment: .right),
            .init("OTHER", importance: 1, alignment: .right),
            .init("APPROVED BY", importance: 2),
        ])
        for stage in cycle.stages {
            let people = stage.gate?.approvals.map(\.by).joined(separator: ", ") ?? ""
            table.append([
                .init(stage.name),
                .state(stage.state),
                "\(stage.counts.targets)",
                "\(stage.counts.succeeded)",
                "\(stage.counts.failed)",
                "\(stage.counts.other)",
                .init(people.isEmpty ? "-" : people),
            ])
        }
        return table.lines(style)
    }

    package func hosts(_ style: OutputStyle) -> [String] {
        var table = Table([
            .init("HOST", importance: 6, isWhole: true),
            .init("SITE", importance: 2),
            .init("PATCH GROUP", importance: 3),
            .init("COMPLIANCE", importance: 4, isWhole: true),
            .init("MISSING", importance: 1, alignment: .right),
            .init("CHECK", importance: 5, isWhole: true),
        ])
        for row in rows {
            table.append([
                .init(row.name),
                .init(row.node?.site ?? "-"),
                .init(row.node?.patchGroup ?? "-"),
                .state(row.node?.compliance ?? "-"),
                .init(row.node.map { "\($0.missingCount)" } ?? "-"),
                row.faults.isEmpty ? .init("ok", tone: .good) : .init("FAIL", tone: .bad),
            ])
        }
        let faults = rows.flatMap { row in row.faults.map { style.paint("FAIL \(row.name): \($0)".printable, .bad) } }
        return table.lines(style) + faults
    }
}
