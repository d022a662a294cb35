import ControlPlane
import Hummingbird
import ReadModels

/// The fleet over time.
struct TrendsRoutes: Sendable {
    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("trends") { request, context in
            try await desk.visit(request, context) { visit in
                let questions = desk.services.questions
                let filter = SeriesFilter(site: visit["site"], ring: visit["ring"], baseline: visit["baseline"])
                let wanted = visit["days"].flatMap { Int($0) } ?? 90
                let span = TrendsPage.spans.contains(wanted) ? wanted : 90
                let page = TrendsPage(
                    filter,
                    span: span,
                    series: try await questions.compliance(filter, days: span),
                    choices: try await questions.seriesChoices(days: span),
                    latencies: try await questions.patchLatency(days: span),
                    for: visit
                )
                return try desk.page(page, "trends")
            }
        }
    }
}
