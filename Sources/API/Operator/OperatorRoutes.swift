import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels
import ServiceLifecycle

/// What the CLI speaks: `/api/v1`.
struct OperatorRoutes: Sendable {
    let services: ControlPlaneServices

    func add(to group: OperatorGroup) {
        addQuestions(to: group)
        addNodeDecisions(to: group)
        addCycleDecisions(to: group)
        group.get("events", on: .fleet) { request, context in
            try JSONBody.respond(try await events(request, for: context.principal))
        }
        group.get("cycles/:id/report.csv", on: .fleet) { _, context in
            let csv = try await services.questions.report(cycle: try context.parameters.require("id"))
            return Response(
                status: .ok,
                headers: [.contentType: "text/csv; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: csv))
            )
        }
    }

    // MARK: - Steps

    private func addQuestions(to group: OperatorGroup) {
        group.get("nodes", on: .none) { request, context in
            let (after, limit) = page(request)
            let nodes = try await services.questions.nodes(after: after, limit: limit)
            let next = nodes.count == limit ? nodes.last?.id : nil
            let scope = context.principal.scope
            let shown = nodes.filter { scope.covers(site: $0.site, patchGroup: $0.patchGroup) }
            return try JSONBody.respond(Listing(items: shown, next: next))
        }
        group.get("nodes/:id", on: services.questions.reach) { _, context in
            try JSONBody.respond(try await services.questions.node(try context.parameters.require("id")))
        }
        group.get("nodes/:id/patches", on: services.questions.reach) { _, context in
            let id = try context.parameters.require("id")
            return try JSONBody.respond(try await services.questions.patches(ofNode: id))
        }
        group.get("nodes/:id/why", on: services.questions.reach) { request, context in
            let id = try context.parameters.require("id")
            let patch = request.uri.queryParameters["patch"].map(String.init)
            return try JSONBody.respond(try await services.questions.why(id, patch: patch))
        }
        group.get("cycles", on: .none) { request, _ in
            let (after, limit) = page(request)
            let cycles = try await services.questions.cycles(after: after, limit: limit)
            return try JSONBody.respond(Listing(items: cycles, next: cycles.count == limit ? cycles.last?.id : nil))
        }
        group.get("runs/:id", on: { _, context in try await targets(context) }) { _, context in
            try JSONBody.respond(try await services.questions.run(try context.parameters.require("id")))
        }
        group.get("cycles/:id/plan", on: .fleet) { _, context in
            try JSONBody.respond(try await services.questions.plan(ofCycle: try context.parameters.require("id")))
        }
        group.get("cycles/:id", on: .none) { request, context in
            let id = try context.parameters.require("id")
            let hosts = request.uri.queryParameters["hosts"] == "true"
            let view = try await services.questions.cycle(id, at: try QueryTime.read("at", of: request), hosts: hosts)
            return try JSONBody.respond(view.within(context.principal.scope))
        }
    }

    private func addNodeDecisions(to group: OperatorGroup) {
        group.post(
            "activations",
            CreateActivation.self,
            .enrol,
            on: { body, _ in .node(site: body.site, patchGroup: body.patchGroup) },
            use: { body, request, _ in
                let activation = try await services.activations.create(body, key: request.idempotencyKey)
                return try JSONBody.respond(activation, status: .created)
            }
        )
        group.post("nodes/:id/revoke", RevokeNode.self, .enrol, on: { try await reach($1) }) { body, request, context in
            let id = try context.parameters.require("id")
            try await services.nodes.revoke(id, body, key: request.idempotencyKey)
            return try JSONBody.respond(try await services.questions.node(id))
        }
        group.post("nodes/:id/approve", ApproveNode.self, .enrol, on: { try await reach($1) }) {
            body,
            request,
            context in
            let id = try context.parameters.require("id")
            try await services.nodes.approve(id, body, key: request.idempotencyKey)
            return try JSONBody.respond(try await services.questions.node(id))
        }
    }

    private func addCycleDecisions(to group: OperatorGroup) {
        group.post("cycles", StartCycle.self, .steer, on: .fleet) { body, request, _ in
            let started = try await services.cycles.start(body, key: request.idempotencyKey)
            return try JSONBody.respond(started, status: .created)
        }
        group.post("runs", StartRun.self, .run, on: { body, _ in .targets([body.targets]) }) { body, request, _ in
            let started = try await services.runs.start(body, key: request.idempotencyKey)
            return try JSONBody.respond(started, status: .created)
        }
        group.post(
            "cycles/:id/approvals",
            ApproveStage.self,
            .approve,
            on: { body, context in try await targets(context, around: body.stage) },
            use: { body, request, context in
                let (id, roles) = (try context.parameters.require("id"), context.principal.approvalRoles)
                try await services.cycles.approve(id, body, roles: roles, key: request.idempotencyKey)
                return try await cycle(id, for: context)
            }
        )
        for verb in CycleVerb.allCases {
            let path = RouterPath("cycles/:id/\(verb.rawValue)")
            group.post(path, SteerCycle.self, .steer, on: { try await targets($1) }) { body, request, context in
                let id = try context.parameters.require("id")
                try await services.cycles.steer(id, verb, body, key: request.idempotencyKey)
                return try await cycle(id, for: context)
            }
        }
    }

    private func cycle(_ id: String, for context: OperatorContext) async throws -> Response {
        let view = try await services.questions.cycle(id, at: nil, hosts: false)
        return try JSONBody.respond(view.within(context.principal.scope))
    }

    private func reach(_ context: OperatorContext) async throws -> AccessReach {
        try await services.questions.reach(ofNode: try context.parameters.require("id"))
    }

    private func targets(_ context: OperatorContext, around stage: String? = nil) async throws -> AccessReach {
        let id = try context.parameters.require("id")
        return .targets(try await services.cycles.targets(of: id, around: stage))
    }

    /// A number of the query within its limits.
    private func number(_ name: Substring, of request: Request, or standard: Int, _ limits: ClosedRange<Int>) -> Int {
        let number = request.uri.queryParameters[name].flatMap { Int($0) } ?? standard
        return min(max(number, limits.lowerBound), limits.upperBound)
    }

    private func page(_ request: Request) -> (after: String?, limit: Int) {
        let after = request.uri.queryParameters["after"].map(String.init)
        return (after, number("limit", of: request, or: 500, 1...Listing<NodeView>.maximumCount))
    }

    /// Without the audit for those who may not read it.
    private func events(_ request: Request, for principal: Principal) async throws -> EventPage {
        var page = try await events(request)
        if !principal.has(.readAudit) { page.events.removeAll { $0.stream.hasPrefix("audit/") } }
        return page
    }

    /// `last=N` asks for the newest N; `after` for what comes behind a page's cursor.
    private func events(_ request: Request) async throws -> EventPage {
        let query = request.uri.queryParameters
        let (stream, after) = (query["stream"].map(String.init), query["after"].map(String.init))
        let includesEngine = query["all"] == "true"
        let questions = services.questions
        if query["last"] != nil {
            let count = number("last", of: request, or: 20, 1...1_000)
            guard let stream else { return try await questions.latestEvents(count, includesEngine: includesEngine) }
            return try await questions.latestEvents(of: stream, count)
        }
        let limit = number("limit", of: request, or: 200, 1...1_000)
        let wait = Duration.seconds(number("wait", of: request, or: 0, 0...30))
        // A drain ends the wait at once.
        return try await cancelWhenGracefulShutdown {
            guard let stream else {
                return try await questions.events(
                    after: after,
                    includesEngine: includesEngine,
                    limit: limit,
                    wait: wait
                )
            }
            return try await questions.events(of: stream, after: after, limit: limit, wait: wait)
        }
    }
}
