import Domain
import ReadModels
import Time

/// The next openings of windows, by each site's clocks and in UTC, and what takes time from them.
struct WindowsPage: Sendable {
    struct Line: Sendable {
        var window: String
        var site: String
        var kind: String
        var local: String
        var utc: String
        /// When clocks are changed while it is open.
        var clockChange: String?
        var notes: [String]
        var isBlocked: Bool
    }

    struct Day: Sendable {
        var title: String
        var lines: [Line]
    }

    struct Freeze: Sendable {
        var name: String
        var span: String
        var sites: String
        var reason: String
    }

    static let count = 130

    var frame: Frame
    var timeline: String
    var days: [Day]
    var hasDays: Bool
    var freezes: [Freeze]
    var hasFreezes: Bool
    var sites: [String]
    var site: String?
    var choices: [FleetPage.Choice]
    /// nil where the server has no workflows.
    var rehearsal: RehearsalForm?

    /// - Parameter windows: by their opening.
    init(_ windows: [WindowView], _ policy: Policy, site: String?, rehearsal: RehearsalForm, for visit: Visit) {
        frame = Frame("Windows", at: .windows, of: visit)
        self.site = site
        self.rehearsal = rehearsal.choices.isEmpty ? nil : rehearsal
        sites = policy.sites.map(\.name)
        choices = sites.map { FleetPage.Choice(value: $0, title: $0, isChosen: $0 == site) }
        let shown = windows.filter { site == nil || $0.site == site }
        let zones = Dictionary(policy.sites.map { ($0.name, $0.zone) }) { first, _ in first }
        timeline = WindowTimeline(shown, from: visit.now).svg
        var days: [Day] = []
        for window in shown {
            let title = String("\(window.opens)".prefix(10))
            let line = Line(window, zones[window.site] ?? "UTC")
            if days.last?.title == title {
                days[days.count - 1].lines.append(line)
            } else {
                days.append(Day(title: title, lines: [line]))
            }
        }
        self.days = days
        hasDays = !days.isEmpty
        freezes = policy.freezes.map { freeze in
            Freeze(
                name: freeze.name,
                span: "\(freeze.from) to \(freeze.until), \(freeze.zone ?? "by each site's clocks")",
                sites: freeze.sites.isEmpty ? "everywhere" : freeze.sites.joined(separator: ", "),
                reason: freeze.reason
            )
        }
        hasFreezes = !freezes.isEmpty
    }
}

extension WindowsPage.Line {
    fileprivate init(_ view: WindowView, _ zone: String) {
        window = view.window
        site = view.site
        kind = view.kind ?? "all"
        local = TimeText.span(view.opens, view.closes, zone)
        utc = TimeText.span(view.opens, view.closes, "UTC")
        let seconds = view.clockChangeSeconds
        clockChange =
            seconds == 0
            ? nil
            : "clocks go \(seconds > 0 ? "forward" : "back") by \(TimeText.length(Int64(clamping: seconds.magnitude)))"
        notes = view.notes
        isBlocked = !view.notes.isEmpty
    }
}
