import ReadModels

/// What is kept of a node's outputs, as `node log --list` shows it.
struct OutputTable {
    private let outputs: [OutputView]

    init(_ outputs: [OutputView]) { self.outputs = outputs }

    func lines(_ style: OutputStyle) -> [String] {
        guard !outputs.isEmpty else { return ["no output is kept"] }
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
        return table.lines(style)
    }
}
