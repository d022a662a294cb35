import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels

/// Cycles: the list, the picture of one, its plan and report, and what people decide on it.
struct CycleRoutes: Sendable {
    /// Cycles among which the one before is looked for.
    private static let earlierCycles = 20
    private static let longestReason = 500

    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("cycles") { request, context in
            try await desk.visit(request, context) { visit in try desk.page(try await list(visit), "cycles") }
        }
        group.get("cycles/:id") { request, context in
            try await desk.visit(request, context) { visit in
                let id = try context.parameters.require("id")
                let cycle = try await desk.services.questions.cycle(id, at: nil, hosts: false)
                let limits = try await desk.services.questions.limits(ofCycle: id)
                return try desk.page(CyclePage(cycle, limits, for: visit), "cycle")
            }
        }
        group.get("cycles/:id/plan") { request, context in
            try await desk.visit(request, context) { visit in
                try desk.page(try await plan(visit, of: try context.parameters.require("id")), "plan")
            }
        }
        group.get("cycles/:id/report.csv") { request, context in
            try await desk.visit(request, context) { _ in
                let id = try context.parameters.require("id")
                let csv = try await desk.services.questions.report(cycle: id)
                return .csv(.init(byteBuffer: ByteBuffer(string: csv)), named: "report.csv")
            }
        }
        addDecisions(to: group)
    }

    // MARK: - Steps

    private func addDecisions(to group: RouterGroup<BasicRequestContext>) {
        group.post("cycles/:id/approve") { request, context in
            try await desk.decide(request, context) { visit, form in
                let id = try context.parameters.require("id")
                let actor = visit.session.actor
                let reason = try reason(of: form)
                try await desk.allow(.approve, visit, reason: reason, context.logger)
                let approval = ApproveStage(
                    stage: form["stage"] ?? "",
                    planDigest: form["plan-digest"] ?? "",
                    reason: reason,
                    by: actor.name
                )
                let roles = actor.principal.approvalRoles
                try await desk.services.cycles.approve(id, approval, roles: roles, key: nil)
                return .seeOther(WebAddress("cycles", id).text)
            }
        }
        for verb in CycleVerb.allCases {
            group.post("cycles/:id/\(verb.rawValue)") { request, context in
                try await desk.decide(request, context) { visit, form in
                    let id = try context.parameters.require("id")
                    let reason = try reason(of: form)
                    try await desk.allow(.steer, visit, reason: reason, context.logger)
                    let request = SteerCycle(reason: reason ?? "", by: visit.session.actor.name)
                    try await desk.services.cycles.steer(id, verb, request, key: nil)
                    return .seeOther(WebAddress("cycles", id).text)
                }
            }
        }
    }

    private func reason(of form: [String: String]) throws(Problem) -> String? {
        guard let reason = form["reason"], !reason.isEmpty else { return nil }
        guard reason.utf8.count <= Self.longestReason, !reason.utf8.contains(0) else {
            let detail = "a reason is at most \(Self.longestReason) bytes of text; shorten it"
            throw Problem(status: 400, code: "malformed-form", detail: detail)
        }
        return reason
    }

    private func list(_ visit: Visit) async throws -> CyclesPage {
        let cycles = try await desk.services.questions.cycles(after: visit["after"], limit: CyclesPage.count)
        return CyclesPage(
            frame: Frame("Cycles", at: .cycles, of: visit, live: WebAddress("live")),
            cycles: cycles.map { CycleLine($0, at: visit.now) },
            hasCycles: !cycles.isEmpty,
            next: cycles.count == CyclesPage.count
                ? WebAddress("cycles").with("after", cycles.last?.id).text : nil
        )
    }

    private func plan(_ visit: Visit, of id: String) async throws -> PlanPage {
        let questions = desk.services.questions
        let plan = try await questions.plan(ofCycle: id)
        let workflow = try await questions.workflow(ofCycle: id)
        let earlier = try await questions.cycles(after: id, limit: Self.earlierCycles)
        let last = earlier.first { $0.workflow == workflow && $0.planDigest != nil }
        var before: (plan: PlanView, cycle: String)?
        if let last { before = (try await questions.plan(ofCycle: last.id), last.id) }
        return PlanPage(plan, of: id, before: before, Frame("Plan of \(id)", at: .cycles, of: visit))
    }
}
