import ControlPlane
import HTTPTypes
import Hummingbird
import NIOCore
import ReadModels

/// What programs printed on hosts: `/api/v1/nodes/ID/outputs`.
struct OutputRoutes: Sendable {
    let questions: FleetQuestions

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("nodes/:id/outputs") { request, context in
            _ = try Query(request)
            let outputs = try await questions.outputs(ofNode: try context.decoded("id"))
            return try JSONBody.respond(Listing(items: outputs, next: nil))
        }
        group.get("nodes/:id/outputs/:order/:name") { request, context in
            _ = try Query(request)
            let body = try await questions.output(
                ofNode: try context.decoded("id"),
                order: try context.decoded("order"),
                name: try context.decoded("name")
            )
            // As the agent compressed it: a bomb bursts nowhere here.
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; charset=utf-8", .contentEncoding: "gzip"],
                body: .init(byteBuffer: ByteBuffer(bytes: body))
            )
        }
    }
}
