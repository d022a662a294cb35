package import ReadModels

/// The cycles as `cycle ls` lists them.
package struct CycleTable: Tabular {
    private let cycles: [CycleSummary]

    package let emptyText: String

    package init(
        _ cycles: [CycleSummary],
        emptyText: String = "No cycle yet; `ringmaster cycle start --help` says how to start one."
    ) {
        self.emptyText = emptyText
        self.cycles = cycles.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
    }

    package var table: Table {
        var table = Table([
            .init("CYCLE", importance: 6, isWhole: true),
            .init("WORKFLOW", importance: 4),
            .init("STATE", importance: 5, isWhole: true),
            .init("STAGE", importance: 3),
            .init("STARTED", importance: 2),
            .init("ENDED", importance: 1),
        ])
        for cycle in cycles {
            table.append([
                .init(cycle.id),
                .init(cycle.workflow),
                .state(cycle.state),
                .init(cycle.stage ?? "-"),
                .init(cycle.startedAt.toTheSecond),
                .init(cycle.endedAt.toTheSecond),
            ])
        }
        return table
    }
}
