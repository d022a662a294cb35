import ControlPlane
import Domain
import Hummingbird
import ReadModels

/// When windows open.
struct WindowRoutes: Sendable {
    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("windows") { request, context in
            try await desk.visit(request, context) { visit in
                let policy = try await desk.services.policy.current().policy ?? Policy()
                let windows = try await desk.services.calendar.windows(named: nil, from: nil, count: WindowsPage.count)
                let rehearsal = RehearsalForm(desk.services.calendar.workflowNames, RehearsalQuestion())
                let page = WindowsPage(windows, policy, site: visit["site"], rehearsal: rehearsal, for: visit)
                return try desk.page(page, "windows")
            }
        }
        group.get("windows/rehearsal") { request, context in
            try await desk.visit(request, context) { visit in
                let calendar = desk.services.calendar
                let question = try RehearsalQuestion(visit)
                let view = try await calendar.rehearse(
                    question.workflow ?? calendar.workflowNames.first ?? "",
                    from: question.from,
                    hostMinutes: question.hostMinutes
                )
                let form = RehearsalForm(calendar.workflowNames, question)
                return try desk.page(RehearsalPage(view, form: form, for: visit), "rehearsal")
            }
        }
    }
}
