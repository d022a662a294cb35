import AgentProtocol
import ControlPlane
import HTTPTypes
import Hummingbird
import NIOCore

/// What agents speak: `/agent/v1`.
struct AgentRoutes: Sendable {
    let agents: AgentService
    let polls: OrderPolls
    let slots: RebootSlotService
    let binaries: [AgentBinary]

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.post("enrol") { request, _ in
            let body = try JSONBody.decode(EnrolmentRequest.self, from: try await JSONBody.bytes(of: request))
            let enrolment = try await agents.enrol(body, from: RequestSource.address)
            return try JSONBody.respond(enrolment, status: .created)
        }
        group.post("key") { request, _ in
            let buffer = try await JSONBody.bytes(of: request)
            let node = try await node(of: request, body: buffer)
            try await agents.changeKey(try JSONBody.decode(KeyChange.self, from: buffer), of: node)
            return Response(status: .ok)
        }
        group.get("orders") { request, _ in try polls.response(to: await polls.outcome(of: request)) }
        group.get("orders/:id") { request, context in
            let node = try await node(of: request, body: ByteBuffer())
            return try JSONBody.respond(try await agents.standing(of: try context.decoded("id"), for: node))
        }
        group.get("binaries/:digest") { _, context in
            let digest = try context.parameters.require("digest")
            guard let binary = binaries.first(where: { $0.digest == digest }) else {
                let detail =
                    "this server has no agent \(digest.prefix(64)); an order that is given now names the one it has"
                throw Problem(status: 404, code: "binary-not-found", detail: detail)
            }
            let headers: HTTPFields = [.contentType: "application/octet-stream"]
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: binary.bytes))
        }
        group.get("order-keys") { request, _ in
            _ = try await node(of: request, body: ByteBuffer())
            return try JSONBody.respond(agents.orderKeyHistory)
        }
        group.post("reports") { request, _ in
            let buffer = try await JSONBody.bytes(of: request)
            let node = try await node(of: request, body: buffer)
            try await agents.accept(try JSONBody.decode(ReportBatch.self, from: buffer), from: node)
            return Response(status: .ok)
        }
        group.post("reboot-slots") { request, _ in
            let buffer = try await JSONBody.bytes(of: request)
            let node = try await node(of: request, body: buffer)
            let body = try JSONBody.decode(RebootSlotRequest.self, from: buffer)
            return try JSONBody.respond(try await slots.ask(body, from: node))
        }
        group.post("reboot-slots/release") { request, _ in
            let buffer = try await JSONBody.bytes(of: request)
            let node = try await node(of: request, body: buffer)
            try await slots.release(try JSONBody.decode(RebootSlotRelease.self, from: buffer), from: node)
            return Response(status: .ok)
        }
        group.put("inventories/:digest") { request, context in
            // Before megabytes are taken in: whether anybody we know can have signed them.
            try await agents.checkHead(SignedRequest(request, body: ByteBuffer()))
            let buffer = try await JSONBody.bytes(of: request, atMost: Inventory.maximumBytes)
            let node = try await node(of: request, body: buffer)
            let digest = try context.parameters.require("digest")
            try await agents.store(inventory: Array(buffer.readableBytesView), digest: digest, from: node)
            return Response(status: .ok)
        }
        group.put("orders/:id/outputs/:name") { request, context in
            try await agents.checkHead(SignedRequest(request, body: ByteBuffer()))
            let buffer = try await JSONBody.bytes(of: request, atMost: OrderOutput.maximumBytes)
            let node = try await node(of: request, body: buffer)
            let (order, name) = (try context.decoded("id"), try context.decoded("name"))
            try await agents.store(output: Array(buffer.readableBytesView), of: order, named: name, from: node)
            return Response(status: .ok)
        }
    }

    // MARK: - Steps

    private func node(of request: Request, body: ByteBuffer) async throws -> String {
        try await agents.authenticate(SignedRequest(request, body: body))
    }
}
