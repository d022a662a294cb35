import AgentProtocol
import Domain
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
        try PersonName.check(request.by)
        guard !request.reason.isEmpty else {
            let detail = "to revoke a node needs a reason, for those who read its log; give one with --reason"
            throw Problem(status: 400, code: "reason-missing", detail: detail)
        }
        _ = try await questions.node(node)
        let message = NodeMessage.revoke(reason: request.reason)
        let id = "\(message.kind)/\(key ?? Secret.identifier())"
        try await desk.ask(Node.stream(node), message, id: id, by: request.by)
    }
}
