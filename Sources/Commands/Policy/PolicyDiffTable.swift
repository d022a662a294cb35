package import ReadModels

/// What a policy changes, as `policy diff` and `policy apply` show it.
package struct PolicyDiffTable: Sendable {
    private let diff: PolicyDiffView

    package init(_ diff: PolicyDiffView) { self.diff = diff }

    package func lines(_ style: OutputStyle) -> [String] {
        guard !diff.changes.isEmpty else { return ["Nothing changes: policy \(diff.digest.prefix(12)) is applied."] }
        var table = Table([
            .init("WHAT", importance: 5),
            .init("NAME", importance: 6),
            .init("CHANGE", importance: 4),
            .init("HOSTS", importance: 3, alignment: .right),
            .init("DETAIL", importance: 2),
        ])
        for change in diff.changes {
            let details = change.details.isEmpty ? [""] : change.details
            for (index, detail) in details.enumerated() {
                let isFirst = index == 0
                table.append([
                    .init(isFirst ? change.kind : ""),
                    .init(isFirst ? change.name : ""),
                    .init(isFirst ? change.verb.rawValue : "", tone: change.verb == .removed ? .bad : .plain),
                    .init(isFirst ? "\(change.nodes)" : ""),
                    .init(detail),
                ])
            }
        }
        return table.lines(style)
    }
}
