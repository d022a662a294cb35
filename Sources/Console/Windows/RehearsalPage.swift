import ReadModels
import Time

/// A cycle before it happens: when each lane would open, what fits into it and what stands against it.
struct RehearsalPage: Sendable {
    struct Stage: Sendable {
        var name: String
        var lanes: [Lane]
        var hasLanes: Bool
        var more: String?
        var ends: String
        var notes: [String]
    }

    struct Lane: Sendable {
        var site: String
        var patchGroup: String
        var hosts: Int
        var leftOver: Int
        var isShort: Bool
        var opens: String
        var utc: String
        var ends: String
        var notes: [String]
    }

    /// Of one stage.
    private static let mostLanes = 80

    var frame: Frame
    var workflow: String
    var verdict: String
    var isClean: Bool
    var sentence: String
    var form: RehearsalForm
    var stages: [Stage]

    init(_ view: RehearsalView, form: RehearsalForm, for visit: Visit) {
        frame = Frame("Rehearsal of \(view.workflow)", at: .windows, of: visit)
        workflow = view.workflow
        isClean = view.isClean
        verdict = view.isClean ? "every host fits" : "not every host fits, or something stands against it"
        sentence =
            "As if it started at \(TimeText.utc(view.from)), with \(view.hostMinutes) minutes for each host, approvals that "
            + "come at once, and hosts that answer and succeed. Nothing is changed by it."
        self.form = form
        stages = view.stages.map { Stage($0, most: Self.mostLanes) }
    }
}

extension RehearsalPage.Stage {
    fileprivate init(_ stage: RehearsalView.Stage, most: Int) {
        name = stage.name
        // Those that a person has to do something about come first.
        let troubled = stage.lanes.filter { !$0.notes.isEmpty || $0.hostsLeftOver > 0 }
        let calm = stage.lanes.filter { $0.notes.isEmpty && $0.hostsLeftOver == 0 }
        lanes = (troubled + calm).prefix(most).map(RehearsalPage.Lane.init)
        hasLanes = !lanes.isEmpty
        let hidden = stage.lanes.count - lanes.count
        more = hidden > 0 ? "and \(hidden) more lanes; `ringmaster rehearse` shows all" : nil
        ends = stage.ends.map { "ends \(TimeText.utc($0))" } ?? "never ends: a lane of it never opens"
        notes = stage.notes
    }
}

extension RehearsalPage.Lane {
    fileprivate init(_ lane: RehearsalView.Lane) {
        (site, patchGroup, hosts) = (lane.site, lane.patchGroup, lane.hosts)
        (leftOver, isShort) = (lane.hostsLeftOver, lane.hostsLeftOver > 0)
        opens = lane.opensLocal.map { "\($0.prefix(10)) \($0.dropFirst(11).prefix(5)) \($0.suffix(6))" } ?? "never"
        utc = lane.opens.map(TimeText.utc) ?? "–"
        ends = lane.ends.map(TimeText.utc) ?? "–"
        notes = lane.notes
    }
}
