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
                let choice = ActivityPage.Choice(person: visit["person"], isPeople: visit["only"] == "decisions")
                let (events, lookedAt): ([EventView], Int)
                if let stream {
                    let newest = try await questions.latestEvents(of: stream, ActivityPage.mostLines).events
                    (events, lookedAt) = (newest.filter { choice.isWanted($0.actor) }, newest.count)
                } else {
                    (events, lookedAt) = try await questions.latestEvents(
                        ActivityPage.mostEvents,
                        most: ActivityPage.mostLines,
                        where: choice.isWanted
                    )
                }
                let page = ActivityPage(events, of: lookedAt, stream: stream, choice, for: visit)
                return try desk.page(page, "activity")
            }
        }
    }
}
