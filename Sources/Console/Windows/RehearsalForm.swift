import ControlPlane
import Time

/// What somebody asks who wants to see a cycle before it happens.
struct RehearsalForm: Sendable {
    var choices: [FleetPage.Choice]
    /// As a browser writes it, in UTC: `2026-12-08T02:00`; empty for now.
    var from: String
    var minutes: Int
    var mostMinutes: Int

    /// - Parameter workflows: by name.
    init(_ workflows: [String], _ question: RehearsalQuestion) {
        choices = workflows.map { FleetPage.Choice(value: $0, title: $0, isChosen: $0 == question.workflow) }
        from = question.from.map { String($0.description.prefix(16)) } ?? ""
        minutes = question.hostMinutes
        mostMinutes = CalendarService.hostMinutes.upperBound
    }
}
