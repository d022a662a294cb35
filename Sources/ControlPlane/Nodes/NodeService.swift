import AgentProtocol
package import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Time

/// Takes people's decisions on nodes.
package struct NodeService: Sendable {
    private let desk: MessageDesk
    private let questions: FleetQuestions

    init(desk: MessageDesk, questions: FleetQuestions) {
        self.desk = desk
        self.questions = questions
    }

    /// Takes the node's key out of trust, for ever.
    ///
    /// - Throws: ``Problem`` 404 for an unknown node.
    package func revoke(_ node: String, _ request: RevokeNode, key: String?) async throws {
        let person = try PersonName.check(request.by)
        guard !request.reason.isEmpty else {
            let detail = "to revoke a node needs a reason, for those who read its log; give one with --reason"
            throw Problem(status: 400, code: "reason-missing", detail: detail)
        }
        try await decide(.revoke(reason: request.reason), on: node, by: person, key: key)
    }

    /// Lets a node be patched that was only scanned; nothing happens to one that needs no approval.
    ///
    /// - Throws: ``Problem`` 404 for an unknown node, 409 for a revoked one.
    package func approve(_ node: String, _ request: ApproveNode, key: String?) async throws {
        let person = try PersonName.check(request.by)
        try await decide(.approve, on: node, by: person, key: key)
    }

    /// Changes what it is called and tagged; the tag of the patch group moves it, from the next rollout on that looks for its targets.
    ///
    /// - Throws: ``Problem`` 404 for an unknown node, 409 for what the tags may not be.
    package func label(_ node: String, _ change: NodeLabelChange, by person: String, key: String?) async throws {
        try await decide(.label(change), on: node, by: try PersonName.check(person), key: key)
    }

    private func decide(_ message: NodeMessage, on node: String, by person: String, key: String?) async throws {
        _ = try await questions.node(node)
        let id = "\(message.kind)/\(key ?? Secret.identifier())"
        try await desk.ask(Node.stream(node), message, id: id, by: person)
    }
}
