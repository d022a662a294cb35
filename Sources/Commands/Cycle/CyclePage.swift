package import ReadModels

/// A cycle as `cycle show` and `cycle watch` show it.
package struct CyclePage: Sendable {
    /// How much of it is shown.
    package struct Detail: Equatable, Sendable {
        /// Every stage that has opened, or the present one alone.
        package var showsEveryStage: Bool
        /// Every host, or those alone that ended without success.
        package var showsEveryHost: Bool
        package var lanesPerStage: Int
        package var hostsPerStage: Int

        package init(
            showsEveryStage: Bool = true,
            showsEveryHost: Bool = false,
            lanesPerStage: Int = .max,
            hostsPerStage: Int? = nil
        ) {
            self.showsEveryStage = showsEveryStage
            self.showsEveryHost = showsEveryHost
            self.lanesPerStage = lanesPerStage
            self.hostsPerStage = hostsPerStage ?? (showsEveryHost ? .max : 20)
        }

        /// What fits a terminal of that many lines while it is watched.
        ///
        /// - Parameter everyHost: half of the room is then for hosts, whether they are in trouble or not.
        package static func watching(height: Int?, everyHost: Bool = false) -> Self {
            let room = max(6, (height ?? 24) - 15)
            let hosts = everyHost ? room / 2 : room / 3
            return Self(
                showsEveryStage: false,
                showsEveryHost: everyHost,
                lanesPerStage: room - hosts,
                hostsPerStage: hosts
            )
        }
    }

    private let cycle: CycleView
    private let detail: Detail
    private let commandSuffix: String

    /// - Parameter commandSuffix: options that commands to type next need too, after a space.
    package init(_ cycle: CycleView, detail: Detail = Detail(), commandSuffix: String = "") {
        self.cycle = cycle
        self.detail = detail
        self.commandSuffix = commandSuffix
    }

    package func lines(_ style: OutputStyle) -> [String] {
        let sections = shownStages.flatMap { [""] + StageSection($0, detail: detail).lines(style) + gate($0, style) }
        return heading(style) + ["", StageTrack(cycle).line(style)] + sections
    }

    // MARK: - Steps

    private var shownStages: [StageView] {
        let opened = cycle.stages.filter { $0.startedAt != nil || !$0.lanes.isEmpty }
        guard !detail.showsEveryStage else { return opened }
        return (opened.last { $0.name == cycle.stage } ?? opened.last { !$0.lanes.isEmpty }).map { [$0] } ?? []
    }

    private func heading(_ style: OutputStyle) -> [String] {
        let state = cycle.state.printable
        let room = style.indented(by: (style.separator + state).displayWidth)
        let name = room.fitted("cycle \(cycle.id)\(style.separator)\(cycle.workflow)".printable)
        var lines = [style.paint(name, .heading) + style.separator + style.paint(state, .ofState(state))]
        if let reason = cycle.reason { lines.append(style.fitted(reason.printable)) }
        let start = "started \(cycle.startedAt.toTheSecond) by \(cycle.startedBy)"
        let end = cycle.endedAt.map { "\(style.separator)ended \($0.toTheSecond)" } ?? ""
        lines.append(style.fitted((start + end).printable))
        if let resumption = cycle.lastResumption {
            let reason = resumption.reason.map { ": \($0)" } ?? ""
            let text = "resumed by \(resumption.by) at \(resumption.at.toTheSecond)\(reason)"
            lines.append(style.fitted(text.printable))
        }
        let figures = cycle.plan.map { " (\(PlanPage.sentence($0)))" } ?? ""
        let plan = cycle.planDigest.map { "plan \(Self.short($0))\(figures)" } ?? "no plan yet"
        lines.append(
            style.paint(
                style.fitted("\(plan)\(style.separator)definition \(Self.short(cycle.definitionDigest))".printable),
                .faint
            )
        )
        lines.append(style.fitted(CountsText.sentence(cycle.counts, of: "host run")))
        return lines
    }

    private func gate(_ stage: StageView, _ style: OutputStyle) -> [String] {
        GateSection(stage, cycle: cycle.id, commandSuffix: commandSuffix).lines(style)
    }

    /// Enough of a digest to tell it from others at a glance.
    static func short(_ digest: String) -> String { String(digest.prefix(12)) }
}
