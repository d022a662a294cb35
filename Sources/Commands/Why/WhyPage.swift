package import ReadModels

/// The sentences of `why`.
package struct WhyPage: Sendable {
    private let view: ExplanationsView

    package init(_ view: ExplanationsView) { self.view = view }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("node", "\(view.node) (\(view.name))", tone: .heading)
        fields.append("last scan", view.scannedAt?.toTheSecond ?? "never")
        fields.append("compliance", view.compliance, tone: .ofState(view.compliance))
        fields.append("why", view.unknownReason.map { NodePage.whyUnknown($0, scannedAt: view.scannedAt) })
        let sentences = view.patches.flatMap { patch in
            ["", style.paint("\(patch.name).\(patch.architecture) \(patch.version)".printable, .heading)]
                + ["  " + patch.sentence.printable]
                + (patch.output.map { [style.paint("  It printed: \($0)".printable, .faint)] } ?? [])
        }
        let isQuiet = view.patches.isEmpty && view.unknownReason == nil
        return fields.lines(style) + sentences
            + (isQuiet ? ["", "Nothing is on offer for it, and nothing waits for a boot."] : [])
    }
}
