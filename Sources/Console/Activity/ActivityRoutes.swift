import ControlPlane
import Domain
import Hummingbird
import ReadModels

/// The log, newest first.
struct ActivityRoutes: Sendable {
    /// Read by those alone who may read the audit.
    private static let auditStreams = "audit/"

    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("activity") { request, context in
            try await desk.visit(request, context) { visit in
                let (stream, questions) = (visit["stream"], desk.services.questions)
                if let stream, stream.hasPrefix(Self.auditStreams) {
                    try await desk.demand(.readAudit, visit, context.logger)
                }
                let page: EventPage =
                    if let stream {
                        try await questions.latestEvents(of: stream, ActivityPage.mostLines)
                    } else {
                        try await questions.latestEvents(ActivityPage.mostEvents)
                    }
                let model = try ActivityPage(
                    page,
                    stream: stream,
                    person: visit["person"],
                    isPeople: visit["only"] == "decisions",
                    for: visit
                )
                return try desk.page(model, "activity")
            }
        }
    }
}
