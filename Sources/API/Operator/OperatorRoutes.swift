import AgentProtocol
import ControlPlane
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels

/// What the CLI speaks: `/api/v1`.
struct OperatorRoutes: Sendable {
    let services: ControlPlaneServices

    func add(to group: OperatorGroup) {
        addQuestions(to: group)
        addNodeDecisions(to: group)
        addCycleDecisions(to: group)
        group.get("reports/hosts.csv", on: .fleet) { request, _ in try await hostTable(request) }
        group.get("cycles/:id/report.csv", on: .fleet) { request, context in
            _ = try Query(request)
            let csv = try await services.questions.report(cycle: try context.decoded("id"))
            return Response(
                status: .ok,
                headers: [.contentType: "text/csv; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: csv))
            )
        }
    }

    // MARK: - Steps

    private func hostTable(_ request: Request) async throws -> Response {
        let site = try Query(request, "site").text("site")
        let table = try await services.questions.hostTable(ofSite: site)
        let body = ResponseBody { writer in
            var table = table
            while let page = try await table.next() { try await writer.write(ByteBuffer(bytes: page)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/csv; charset=utf-8"], body: body)
    }

    private func addQuestions(to group: OperatorGroup) {
        group.get("nodes", on: .none) { request, context in
            let query = try Query(request, "after", "limit", "agent")
            let (after, limit) = try query.page(atMost: Listing<NodeView>.maximumCount)
            let agent = try query.text("agent")
            let nodes = try await services.questions.nodes(after: after, limit: limit, agent: agent)
            let next = nodes.count == limit ? nodes.last?.id : nil
            let scope = context.principal.scope
            let shown = nodes.filter { scope.covers(site: $0.site, patchGroup: $0.patchGroup) }
            return try JSONBody.respond(Listing(items: shown, next: next))
        }
        group.get("nodes/:id", on: services.questions.reach) { request, context in
            _ = try Query(request)
            return try JSONBody.respond(try await services.questions.node(try context.decoded("id")))
        }
        group.get("nodes/:id/patches", on: services.questions.reach) { request, context in
            _ = try Query(request)
            let id = try context.decoded("id")
            return try JSONBody.respond(try await services.questions.patches(ofNode: id))
        }
        group.get("nodes/:id/why", on: services.questions.reach) { request, context in
            let id = try context.decoded("id")
            let patch = try Query(request, "patch").text("patch")
            return try JSONBody.respond(try await services.questions.why(id, patch: patch))
        }
        group.get("cycles", on: .none) { request, _ in
            let (after, limit) = try Query(request, "after", "limit").page(atMost: Listing<CycleSummary>.maximumCount)
            let cycles = try await services.questions.cycles(after: after, limit: limit)
            return try JSONBody.respond(Listing(items: cycles, next: cycles.count == limit ? cycles.last?.id : nil))
        }
        group.get("runs/:id", on: { try await targets($1) }) { request, context in
            let query = try Query(request, "summary", "output-of")
            let outputs = try query.text("output-of")
            let detail: RunDetail = try query.flag("summary") ? .summary : .hosts(outputOf: outputs)
            return try JSONBody.respond(try await services.questions.run(try context.decoded("id"), detail))
        }
        group.get("cycles/:id/plan", on: .fleet) { request, context in
            _ = try Query(request)
            return try JSONBody.respond(try await services.questions.plan(ofCycle: try context.decoded("id")))
        }
        group.get("cycles/:id", on: .none) { request, context in
            let id = try context.decoded("id")
            let query = try Query(request, "at", "hosts")
            let (moment, hosts) = (try query.time("at"), try query.flag("hosts"))
            let view = try await services.questions.cycle(id, at: moment, hosts: hosts)
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
            let id = try context.decoded("id")
            try await services.nodes.revoke(id, body, key: request.idempotencyKey)
            return try JSONBody.respond(try await services.questions.node(id))
        }
        group.post("nodes/:id/approve", ApproveNode.self, .enrol, on: { try await reach($1) }) {
            body,
            request,
            context in
            let id = try context.decoded("id")
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
                let (id, roles) = (try context.decoded("id"), context.principal.approvalRoles)
                try await services.cycles.approve(id, body, roles: roles, key: request.idempotencyKey)
                return try await cycle(id, for: context)
            }
        )
        for verb in CycleVerb.allCases {
            let path = RouterPath("cycles/:id/\(verb.rawValue)")
            group.post(path, SteerCycle.self, .steer, on: { try await targets($1) }) { body, request, context in
                let id = try context.decoded("id")
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
        try await services.questions.reach(ofNode: try context.decoded("id"))
    }

    private func targets(_ context: OperatorContext, around stage: String? = nil) async throws -> AccessReach {
        let id = try context.decoded("id")
        return .targets(try await services.cycles.targets(of: id, around: stage))
    }
}
