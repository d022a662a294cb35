import ControlPlane
import Hummingbird
import NIOCore
import ReadModels

/// A node's page, and what programs printed on it.
struct NodeRoutes: Sendable {
    let desk: Desk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("nodes/:id") { request, context in
            try await desk.visit(request, context) { visit in
                let (id, questions) = (try context.parameters.require("id"), desk.services.questions)
                let page = NodePage(
                    try await questions.node(id),
                    patches: try await questions.patches(ofNode: id),
                    why: try await questions.why(id, patch: nil),
                    runs: try await questions.runs(ofNode: id),
                    outputs: try await questions.outputs(ofNode: id),
                    events: try await questions.latestEvents(of: "node/\(id)", NodePage.mostEvents),
                    for: visit
                )
                return try desk.page(page, "node")
            }
        }
        group.get("nodes/:id/output") { request, context in
            try await desk.visit(request, context) { visit in
                let body = try await desk.services.questions.output(
                    ofNode: try context.parameters.require("id"),
                    order: visit["order"] ?? "",
                    name: visit["name"] ?? ""
                )
                // As the agent compressed it: a bomb bursts in the reader's browser alone, which knows how to bear it.
                return Response(
                    status: .ok,
                    headers: [.contentType: "text/plain; charset=utf-8", .contentEncoding: "gzip"],
                    body: .init(byteBuffer: ByteBuffer(bytes: body))
                )
            }
        }
    }
}
