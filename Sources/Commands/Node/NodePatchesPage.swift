import Domain
package import ReadModels

/// A node's patches as `node patches` lists them.
package struct NodePatchesPage: Tabular {
    private let view: NodePatchesView

    package init(_ view: NodePatchesView) { self.view = view }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("node", "\(view.node) (\(view.name))", tone: .heading)
        fields.append("baseline", view.baseline ?? "none")
        fields.append("last scan", view.scannedAt?.toTheSecond ?? "never")
        fields.append("last run", view.operation)
        fields.append("compliance", view.compliance, tone: .ofState(view.compliance))
        fields.append("why", view.unknownReason.map { NodePage.whyUnknown($0, scannedAt: view.scannedAt) })
        fields.append("states", counts(style))
        fields.append("faults", faults)
        for path in view.keptConfiguration { fields.append("kept", "the host's own file instead of \(path)") }
        return fields.lines(style) + (view.patches.isEmpty ? [] : [""] + table.lines(style))
    }

    // MARK: - Steps

    private static let order: [PatchState] = [
        .failed, .missing, .installedRejected, .installedPendingReboot, .availableSecurityUpdate, .installed,
        .installedOther, .notApplicable,
    ]

    private func counts(_ style: OutputStyle) -> String {
        Self.order.compactMap { state in
            let count = view.counts[state.rawValue] ?? 0
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }.joined(separator: style.separator)
    }

    private var faults: String? {
        view.nonCompliantSeverity.map { worst in
            "\(view.criticalNonCompliant) critical, \(view.securityNonCompliant) security, "
                + "\(view.otherNonCompliant) other; the worst is \(worst)"
        }
    }

    package var table: Table {
        var table = Table([
            .init("STATE", importance: 8, isWhole: true),
            .init("PATCH", importance: 9),
            .init("VERSION", importance: 7),
            .init("LEVEL", importance: 5),
            .init("CLASS", importance: 3),
            .init("SEVERITY", importance: 2),
            .init("KEPT OUT", importance: 4),
        ])
        let ranks = Dictionary(uniqueKeysWithValues: Self.order.enumerated().map { ($1.rawValue, $0) })
        let sorted = view.patches.enumerated().sorted {
            (ranks[$0.element.state] ?? ranks.count, $0.offset) < (ranks[$1.element.state] ?? ranks.count, $1.offset)
        }
        for patch in sorted.map(\.element) {
            table.append([
                .init(patch.state, tone: patch.status == "NON_COMPLIANT" ? .bad : .plain),
                .init("\(patch.name).\(patch.architecture)"),
                .init(patch.version),
                .init(patch.level, tone: patch.level == "CRITICAL" ? .bad : .plain),
                .init(patch.classification ?? ""),
                .init(patch.severity ?? ""),
                .init(patch.obstacle ?? patch.failure.map { "failed: \($0)" } ?? "", tone: .warning),
            ])
        }
        return table
    }
}
