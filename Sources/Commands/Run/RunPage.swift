package import ReadModels

/// A run as `run show` shows it.
package struct RunPage: Sendable {
    private let run: RunView
    private let outputOf: String?

    /// - Parameter outputOf: the id or name of the host whose output is shown, too.
    package init(_ run: RunView, outputOf: String? = nil) {
        self.run = run
        self.outputOf = outputOf
    }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("run", run.id, tone: .heading)
        let details = run.status.details == run.status.status ? "" : " (\(run.status.details))"
        fields.append("status", run.status.status + details, tone: Self.tone(run.status.status))
        fields.append("state", run.state + (run.reason.map { ": \($0)" } ?? ""), tone: .ofState(run.state))
        fields.append("started", "\(run.startedAt.toTheSecond) by \(run.startedBy)")
        fields.append("ended", run.endedAt?.toTheSecond)
        for document in run.documents {
            fields.append("document", "\(document.name) \(CyclePage.short(document.digest))")
        }
        let hosts = run.targets == 1 ? "1 host" : "\(run.targets) hosts"
        fields.append("hosts", "\(hosts), \(run.completed) ended, \(run.errors) failed")
        return fields.lines(style) + invocations(style) + output(style)
    }

    // MARK: - Steps

    private func invocations(_ style: OutputStyle) -> [String] {
        guard !run.invocations.isEmpty else { return [] }
        var table = Table([
            .init("HOST", importance: 6),
            .init("STAGE", importance: 2),
            .init("STATUS", importance: 5),
            .init("STEP", importance: 4),
            .init("CODE", importance: 3, alignment: .right),
            .init("DETAIL", importance: 1),
        ])
        for host in run.invocations {
            // The step that decided: the first that failed, or the last.
            let step = host.steps.first { !["succeeded", "skipped"].contains($0.state) } ?? host.steps.last
            table.append([
                .init(host.name),
                .init(host.stage),
                .init(host.status.details, tone: Self.tone(host.status.status)),
                .init(step.map(Self.title) ?? "-"),
                .init(step?.exitCode.map { "\($0)" } ?? "-"),
                .init(host.detail ?? "-"),
            ])
        }
        return [""] + table.lines(style)
    }

    private func output(_ style: OutputStyle) -> [String] {
        guard let outputOf else { return [] }
        let hosts = run.invocations.filter { $0.node == outputOf || $0.name == outputOf }
        guard !hosts.isEmpty else { return ["", "\(outputOf) is not among the hosts".printable] }
        return hosts.flatMap(\.steps).flatMap { step in
            let code = step.exitCode.map { ", exit code \($0)" } ?? ""
            let title = "\(Self.title(step)): \(step.state)\(code), \(step.milliseconds) ms"
            let text = (step.output ?? "").split(separator: "\n").map { "  " + String($0).printable }
            return ["", style.paint(title.printable, .heading)] + text
        }
    }

    private static func title(_ step: StepView) -> String { (step.hook.map { "\($0): " } ?? "") + step.name }

    private static func tone(_ status: String) -> Tone {
        switch status {
        case "Success": .good
        case "Failed", "TimedOut": .bad
        case "Cancelled", "Cancelling": .warning
        default: .plain
        }
    }
}
