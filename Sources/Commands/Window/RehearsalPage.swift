package import ReadModels
import Time

/// A rehearsal as `rehearse` shows it.
package struct RehearsalPage: Sendable {
    private let view: RehearsalView

    package init(_ view: RehearsalView) { self.view = view }

    package func lines(_ style: OutputStyle) -> [String] {
        var lines = ["\(view.workflow) from \(view.from.toTheSecond), \(view.hostMinutes) minutes a host".printable]
        for stage in view.stages {
            lines += ["", style.paint(stage.name.printable, .heading)]
            if !stage.lanes.isEmpty { lines += table(stage).lines(style) }
            lines += stage.notes.map { style.paint("  \($0)".printable, .warning) }
        }
        return lines
    }

    private func table(_ stage: RehearsalView.Stage) -> Table {
        var table = Table([
            .init("OPENS (LOCAL)", importance: 7, isWhole: true),
            .init("OPENS (UTC)", importance: 2, isWhole: true),
            .init("SITE", importance: 6),
            .init("PATCH GROUP", importance: 6),
            .init("HOSTS", importance: 5, alignment: .right),
            .init("LEFT OVER", importance: 4, alignment: .right),
            .init("ENDS (UTC)", importance: 1, isWhole: true),
            .init("NOTE", importance: 3),
        ])
        for lane in stage.lanes {
            table.append([
                .init(lane.opensLocal ?? "never"),
                .init(lane.opens.inUTC),
                .init(lane.site),
                .init(lane.patchGroup),
                .init("\(lane.hosts)"),
                .init("\(lane.hostsLeftOver)", tone: lane.hostsLeftOver > 0 ? .bad : .plain),
                .init(lane.ends.inUTC),
                .init(lane.notes.joined(separator: "; "), tone: .warning),
            ])
        }
        return table
    }
}
