import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels

/// What the CLI speaks: `/api/v1`.
struct OperatorRoutes: Sendable {
    let services: ControlPlaneServices

    func add(to group: RouterGroup<BasicRequestContext>) {
        addQuestions(to: group)
        addDecisions(to: group)
        group.get("reports/hosts.csv") { request, _ in try await hostTable(request) }
        group.get("cycles/:id/report.csv") { request, context in
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

    private func addQuestions(to group: RouterGroup<BasicRequestContext>) {
        group.get("nodes") { request, _ in
            let (after, limit) = try Query(request, "after", "limit").page(atMost: Listing<NodeView>.maximumCount)
            let nodes = try await services.questions.nodes(after: after, limit: limit)
            return try JSONBody.respond(Listing(items: nodes, next: nodes.count == limit ? nodes.last?.id : nil))
        }
        group.get("nodes/:id") { request, context in
            _ = try Query(request)
            return try JSONBody.respond(try await services.questions.node(try context.decoded("id")))
        }
        group.get("nodes/:id/patches") { request, context in
            _ = try Query(request)
            let id = try context.decoded("id")
            return try JSONBody.respond(try await services.questions.patches(ofNode: id))
        }
        group.get("nodes/:id/why") { request, context in
            let id = try context.decoded("id")
            let patch = try Query(request, "patch").text("patch")
            return try JSONBody.respond(try await services.questions.why(id, patch: patch))
        }
        group.get("cycles") { request, _ in
            let (after, limit) = try Query(request, "after", "limit").page(atMost: Listing<CycleSummary>.maximumCount)
            let cycles = try await services.questions.cycles(after: after, limit: limit)
            return try JSONBody.respond(Listing(items: cycles, next: cycles.count == limit ? cycles.last?.id : nil))
        }
        group.get("runs/:id") { request, context in
            let query = try Query(request, "summary", "output-of")
            let outputs = try query.text("output-of")
            let detail: RunDetail = try query.flag("summary") ? .summary : .hosts(outputOf: outputs)
            return try JSONBody.respond(try await services.questions.run(try context.decoded("id"), detail))
        }
        group.get("cycles/:id/plan") { request, context in
            _ = try Query(request)
            return try JSONBody.respond(try await services.questions.plan(ofCycle: try context.decoded("id")))
        }
        group.get("cycles/:id") { request, context in
            let id = try context.decoded("id")
            let query = try Query(request, "at", "hosts")
            let (moment, hosts) = (try query.time("at"), try query.flag("hosts"))
            return try JSONBody.respond(try await services.questions.cycle(id, at: moment, hosts: hosts))
        }
    }

    private func addDecisions(to group: RouterGroup<BasicRequestContext>) {
        group.post("activations") { request, _ in
            let body = try await JSONBody.read(CreateActivation.self, of: request)
            let activation = try await services.activations.create(body, key: request.idempotencyKey)
            return try JSONBody.respond(activation, status: .created)
        }
        group.post("nodes/:id/revoke") { request, context in
            let id = try context.decoded("id")
            try await services.nodes.revoke(
                id,
                try await JSONBody.read(RevokeNode.self, of: request),
                key: request.idempotencyKey
            )
            return try JSONBody.respond(try await services.questions.node(id))
        }
        group.post("nodes/:id/approve") { request, context in
            let id = try context.decoded("id")
            let body = try await JSONBody.read(ApproveNode.self, of: request)
            try await services.nodes.approve(id, body, key: request.idempotencyKey)
            return try JSONBody.respond(try await services.questions.node(id))
        }
        group.post("cycles") { request, _ in
            let body = try await JSONBody.read(StartCycle.self, of: request)
            return try JSONBody.respond(
                try await services.cycles.start(body, key: request.idempotencyKey),
                status: .created
            )
        }
        group.post("runs") { request, _ in
            let body = try await JSONBody.read(StartRun.self, of: request)
            let started = try await services.runs.start(body, key: request.idempotencyKey)
            return try JSONBody.respond(started, status: .created)
        }
        group.post("cycles/:id/approvals") { request, context in
            let id = try context.decoded("id")
            let body = try await JSONBody.read(ApproveStage.self, of: request)
            try await services.cycles.approve(id, body, key: request.idempotencyKey)
            return try JSONBody.respond(try await services.questions.cycle(id, at: nil, hosts: false))
        }
        for verb in CycleVerb.allCases {
            group.post("cycles/:id/\(verb.rawValue)") { request, context in
                let id = try context.decoded("id")
                let body = try await JSONBody.read(SteerCycle.self, of: request)
                try await services.cycles.steer(id, verb, body, key: request.idempotencyKey)
                return try JSONBody.respond(try await services.questions.cycle(id, at: nil, hosts: false))
            }
        }
    }
}
