import Domain
import ReadModels

/// A stage with its lanes, and the hosts of them that a person should look at.
struct StageSection {
    private let stage: StageView
    private let detail: CyclePage.Detail

    init(_ stage: StageView, detail: CyclePage.Detail) {
        self.stage = stage
        self.detail = detail
    }

    func lines(_ style: OutputStyle) -> [String] {
        let inner = style.indented(by: 2)
        let body = lanes(inner) + hosts(inner) + files
        return [heading(style)] + body.map { $0.isEmpty ? "" : "  " + $0 }
    }

    // MARK: - Steps

    private func heading(_ style: OutputStyle) -> String {
        let name = stage.name.printable
        let facts = [stage.state, CountsText.sentence(stage.counts), stage.startedAt.map { "since \($0.toTheSecond)" }]
        let text = facts.compactMap { $0 }.joined(separator: style.separator)
        let used = (name + style.separator).displayWidth
        return style.paint(name, .heading) + style.separator + style.indented(by: used).fitted(text)
    }

    private var files: [String] {
        (stage.files ?? []).map { "wrote \($0.place), \($0.byteCount) bytes, sha256 \($0.sha256)".printable }
    }

    private func lanes(_ style: OutputStyle) -> [String] {
        guard !stage.lanes.isEmpty else { return [] }
        var table = Table([
            .init("SITE", importance: 6),
            .init("PATCH GROUP", importance: 5),
            .init("STATE", importance: 4, isWhole: true),
            .init("PROGRESS", importance: 8, isWhole: true),
            .init("DONE", importance: 9, alignment: .right),
            .init("FAILED", importance: 7, alignment: .right),
            .init("OTHER", importance: 2, alignment: .right),
            .init("WINDOW", importance: 1, isWhole: true),
        ])
        let width = style.width ?? .max
        let barWidth = width < 60 ? 8 : width < 90 ? 16 : 24
        for lane in stage.lanes.prefix(detail.lanesPerStage) {
            let bar = ProgressBar(lane.counts)
            table.append([
                .init(lane.site),
                .init(lane.patchGroup),
                .state(lane.state),
                .init(bar.text(width: barWidth, usesUnicode: style.usesUnicode), tone: bar.tone),
                "\(CountsText.ended(lane.counts))/\(lane.counts.targets)",
                .init("\(lane.counts.failed)", tone: lane.counts.failed > 0 ? .bad : .plain),
                .init("\(lane.counts.other)", tone: lane.counts.other > 0 ? .warning : .plain),
                .init("\(lane.opens.toTheSecond) to \(lane.closes.timeOfDay)"),
            ])
        }
        let hidden = stage.lanes.count - detail.lanesPerStage
        return table.lines(style) + (hidden > 0 ? ["\(style.ellipsis) and \(Self.count(hidden, "lane")) more"] : [])
    }

    private func hosts(_ style: OutputStyle) -> [String] {
        var table = Table([
            .init("HOST", importance: 4),
            .init("NODE", importance: 1, isWhole: true),
            .init("STATE", importance: 3, isWhole: true),
            .init("DETAIL", importance: 2),
        ])
        var (shown, hidden) = (0, 0)
        for host in stage.lanes.lazy.flatMap(\.hosts) where detail.showsEveryHost || Self.isInTrouble(host) {
            guard shown < detail.hostsPerStage else {
                hidden += 1
                continue
            }
            shown += 1
            table.append([.init(host.name), .init(host.node), .state(host.state), .init(host.detail ?? "")])
        }
        guard shown > 0 else { return hidden > 0 ? ["", "\(Self.count(hidden, "host")) ended without success"] : [] }
        let more = hidden > 0 ? ["\(style.ellipsis) and \(Self.count(hidden, "host")) more"] : []
        return [""] + table.lines(style) + more
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// Ended, but not with success.
    private static func isInTrouble(_ host: HostRunView) -> Bool {
        ["failed", "refused", "timed-out", "missed-window", "unknown", "cancelled"].contains(host.state)
    }
}
