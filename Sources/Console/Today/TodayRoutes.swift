import AgentProtocol
import ControlPlane
import Hummingbird
import Logging
import ReadModels

/// The console's first page.
struct TodayRoutes: Sendable {
    /// Cycles under way that are looked into; a fleet has a few.
    private static let mostCycles = 20

    let desk: Desk
    let findings: FindingsBoard
    let fleet: FleetBoard

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("") { request, context in
            try await desk.visit(request, context) { visit in
                try desk.page(try await page(visit, context.logger), "today")
            }
        }
    }

    // MARK: - Steps

    private func page(_ visit: Visit, _ logger: Logger) async throws -> TodayPage {
        let questions = desk.services.questions
        var cycles: [CycleView] = []
        for id in try await questions.unfinishedCycles().prefix(Self.mostCycles) {
            cycles.append(try await questions.cycle(id, at: nil, hosts: false))
        }
        let tally = try await fleet.tally(at: visit.now, logger)
        return TodayPage(
            Frame("Today", at: .today, of: visit, live: WebAddress("live")),
            cycles: cycles.sorted { $0.startedAt > $1.startedAt },
            fleet: tally,
            sla: try await findings.view(at: visit.now, waits: !tally.isOfLargeFleet, logger),
            engine: try await desk.services.engine.status(),
            at: visit.now
        )
    }
}
