import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels
import ServiceLifecycle

/// What the CLI speaks: `/api/v1`.
struct OperatorRoutes: Sendable {
    let services: ControlPlaneServices

    func add(to group: RouterGroup<BasicRequestContext>) {
        addQuestions(to: group)
        addDecisions(to: group)
        group.get("events") { request, _ in try JSONBody.respond(try await events(request)) }
        group.get("reports/hosts.csv") { request, _ in try await hostTable(request) }
        group.get("cycles/:id/report.csv") { _, context in
            let csv = try await services.questions.report(cycle: try context.parameters.require("id"))
            return Response(
                status: .ok,
                headers: [.contentType: "text/csv; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: csv))
            )
        }
    }

    // MARK: - Steps

    private func hostTable(_ request: Request) async throws -> Response {
        let site = request.uri.queryParameters["site"].map(String.init)
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
            let (after, limit) = page(request)
            let nodes = try await services.questions.nodes(after: after, limit: limit)
            return try JSONBody.respond(Listing(items: nodes, next: nodes.count == limit ? nodes.last?.id : nil))
        }
        group.get("nodes/:id") { _, context in
            try JSONBody.respond(try await services.questions.node(try context.parameters.require("id")))
        }
        group.get("nodes/:id/patches") { _, context in
            let id = try context.parameters.require("id")
            return try JSONBody.respond(try await services.questions.patches(ofNode: id))
        }
        group.get("nodes/:id/why") { request, context in
            let id = try context.parameters.require("id")
            let patch = request.uri.queryParameters["patch"].map(String.init)
            return try JSONBody.respond(try await services.questions.why(id, patch: patch))
        }
        group.get("cycles") { request, _ in
            let (after, limit) = page(request)
            let cycles = try await services.questions.cycles(after: after, limit: limit)
            return try JSONBody.respond(Listing(items: cycles, next: cycles.count == limit ? cycles.last?.id : nil))
        }
        group.get("runs/:id") { _, context in
            try JSONBody.respond(try await services.questions.run(try context.parameters.require("id")))
        }
        group.get("cycles/:id/plan") { _, context in
            try JSONBody.respond(try await services.questions.plan(ofCycle: try context.parameters.require("id")))
        }
        group.get("cycles/:id") { request, context in
            let id = try context.parameters.require("id")
            let hosts = request.uri.queryParameters["hosts"] == "true"
            return try JSONBody.respond(
                try await services.questions.cycle(id, at: try QueryTime.read("at", of: request), hosts: hosts)
            )
        }
    }

    private func addDecisions(to group: RouterGroup<BasicRequestContext>) {
        group.post("activations") { request, _ in
            let body = try await body(CreateActivation.self, of: request)
            let activation = try await services.activations.create(body, key: request.idempotencyKey)
            return try JSONBody.respond(activation, status: .created)
        }
        group.post("nodes/:id/revoke") { request, context in
            let id = try context.parameters.require("id")
            try await services.nodes.revoke(
                id,
                try await body(RevokeNode.self, of: request),
                key: request.idempotencyKey
            )
            return try JSONBody.respond(try await services.questions.node(id))
        }
        group.post("nodes/:id/approve") { request, context in
            let id = try context.parameters.require("id")
            let body = try await body(ApproveNode.self, of: request)
            try await services.nodes.approve(id, body, key: request.idempotencyKey)
            return try JSONBody.respond(try await services.questions.node(id))
        }
        group.post("cycles") { request, _ in
            let body = try await body(StartCycle.self, of: request)
            return try JSONBody.respond(
                try await services.cycles.start(body, key: request.idempotencyKey),
                status: .created
            )
        }
        group.post("runs") { request, _ in
            let body = try await body(StartRun.self, of: request)
            let started = try await services.runs.start(body, key: request.idempotencyKey)
            return try JSONBody.respond(started, status: .created)
        }
        group.post("cycles/:id/approvals") { request, context in
            let id = try context.parameters.require("id")
            let body = try await body(ApproveStage.self, of: request)
            try await services.cycles.approve(id, body, key: request.idempotencyKey)
            return try JSONBody.respond(try await services.questions.cycle(id, at: nil, hosts: false))
        }
        for verb in CycleVerb.allCases {
            group.post("cycles/:id/\(verb.rawValue)") { request, context in
                let id = try context.parameters.require("id")
                let body = try await body(SteerCycle.self, of: request)
                try await services.cycles.steer(id, verb, body, key: request.idempotencyKey)
                return try JSONBody.respond(try await services.questions.cycle(id, at: nil, hosts: false))
            }
        }
    }

    private func body<Body: Decodable>(_ type: Body.Type, of request: Request) async throws -> Body {
        try JSONBody.decode(type, from: try await JSONBody.bytes(of: request))
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
