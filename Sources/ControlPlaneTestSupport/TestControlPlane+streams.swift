import Domain
import DurableStreams
import PatchStreams
import Postgres

extension TestControlPlane {
    /// Returns when every message that was sent is decided, and all that followed from it.
    package func settle() async throws {
        let count = SQL("test_inbox_count", "SELECT count(*) FROM inbox")
        _ = try await eventually("settled", { try await client.query(count()).one().get(0, as: Int.self) }) { $0 == 0 }
    }

    /// Takes the node's key out of trust.
    package func revoke(_ node: String) async throws {
        let message = NodeMessage.revoke(reason: "stolen")
        let envelope = Message(
            id: "revoke",
            stream: Node.stream(node),
            kind: message.kind,
            body: try DomainJSON.encode(message),
            actor: "ana",
            receivedAt: clock.now
        )
        let answer = try await sender.ask(envelope, timeout: .seconds(60))
        guard case .accepted = answer else { throw NeverHappened(description: "\(node) revoked, but \(answer)") }
    }
}
