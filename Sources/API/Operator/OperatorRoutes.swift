import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels
import ServiceLifecycle
import Time

/// What the CLI speaks: `/api/v1`.
struct OperatorRoutes: Sendable {
    let services: ControlPlaneServices

    func add(to group: RouterGroup<BasicRequestContext>) {
        addQuestions(to: group)
        addDecisions(to: group)
        group.get("events") { request, _ in try JSONBody.respond(try await events(request)) }
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

    private func addQuestions(to group: RouterGroup<BasicRequestContext>) {
        group.get("nodes") { _, _ in try JSONBody.respond(Listing(items: try await services.questions.nodes())) }
        group.get("nodes/:id") { _, context in
            try JSONBody.respond(try await services.questions.node(try context.parameters.require("id")))
        }
        group.get("cycles") { _, _ in try JSONBody.respond(Listing(items: try await services.questions.cycles())) }
        group.get("cycles/:id") { request, context in
            let id = try context.parameters.require("id")
            return try JSONBody.respond(try await services.questions.cycle(id, at: try moment(request)))
        }
    }

    private func addDecisions(to group: RouterGroup<BasicRequestContext>) {
        group.post("activations") { request, _ in
            let body = try await body(CreateActivation.self, of: request)
            return try JSONBody.respond(try await services.activations.create(body), status: .created)
        }
        group.post("cycles") { request, _ in
            let body = try await body(StartCycle.self, of: request)
            return try JSONBody.respond(try await services.cycles.start(body, key: key(request)), status: .created)
        }
        group.post("cycles/:id/approvals") { request, context in
            let id = try context.parameters.require("id")
            let body = try await body(ApproveStage.self, of: request)
            try await services.cycles.approve(id, body, key: key(request))
            return try JSONBody.respond(try await services.questions.cycle(id, at: nil))
        }
        for verb in CycleVerb.allCases {
            group.post("cycles/:id/\(verb.rawValue)") { request, context in
                let id = try context.parameters.require("id")
                let body = try await body(SteerCycle.self, of: request)
                try await services.cycles.steer(id, verb, body, key: key(request))
                return try JSONBody.respond(try await services.questions.cycle(id, at: nil))
            }
        }
    }

    private func body<Body: Decodable>(_ type: Body.Type, of request: Request) async throws -> Body {
        try JSONBody.decode(type, from: try await JSONBody.bytes(of: request))
    }

    private func key(_ request: Request) -> String? {
        HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] }
    }

    private func moment(_ request: Request) throws -> Timestamp? {
        guard let text = request.uri.queryParameters["at"].map(String.init) else { return nil }
        guard let moment = Timestamp(iso8601: text) else {
            let detail = "at=\(text) is not a time; write it as 2026-11-23T08:00:00Z"
            throw Problem(status: 400, code: "malformed-time", detail: detail)
        }
        return moment
    }

    private func events(_ request: Request) async throws -> EventPage {
        let query = request.uri.queryParameters
        let number: @Sendable (Substring, Int, ClosedRange<Int>) -> Int = { name, standard, limits in
            min(max(query[name].flatMap { Int($0) } ?? standard, limits.lowerBound), limits.upperBound)
        }
        // A drain ends the wait at once.
        return try await cancelWhenGracefulShutdown {
            try await services.questions.events(
                after: query["after"].map(String.init),
                stream: query["stream"].map(String.init),
                limit: number("limit", 200, 1...1_000),
                wait: .seconds(number("wait", 0, 0...30))
            )
        }
    }
}
