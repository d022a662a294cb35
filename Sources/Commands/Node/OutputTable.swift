package import ReadModels

/// What is kept of a node's outputs, as `node log --list` shows it.
package struct OutputTable: Tabular {
    private let outputs: [OutputView]

    package init(_ outputs: [OutputView]) { self.outputs = outputs }

    package var emptyText: String { "no output is kept" }

    package var table: Table {
        var table = Table([
            .init("STORED", importance: 6),
            .init("ORDER", importance: 9, isWhole: true),
            .init("NAME", importance: 8, isWhole: true),
            .init("BYTES", importance: 4),
        ])
        for output in outputs {
            table.append([
                .init(output.storedAt.toTheSecond), .init(output.order), .init(output.name),
                .init("\(output.byteCount)"),
            ])
        }
        return table
    }
}
