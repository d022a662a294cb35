package import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Time

/// Sends what people and agents want to the streams that decide it, and hands the refusals back as problems.
struct MessageDesk: Sendable {
    private let sender: MessageSender
    private let patience: Duration
    let now: @Sendable () -> Timestamp

    init(sender: MessageSender, patience: Duration, now: @escaping @Sendable () -> Timestamp) {
        self.sender = sender
        self.patience = patience
        self.now = now
    }

    /// Returns once the decision is durable.
    ///
    /// - Parameter id: the dedupe key within the stream: the same id gets the same answer.
    /// - Throws: ``Problem`` with the rule that forbids it.
    func ask(_ stream: StreamID, _ message: some DomainMessage, id: String, by actor: String) async throws {
        let envelope = try envelope(stream, message, id: id, by: actor)
        switch try await explained({ try await sender.ask(envelope, timeout: patience) }) {
        case .accepted(let position): DecisionPlace.current?.note(position, of: stream)
        case .refused(let code, let detail): throw Problem(status: 409, code: code, detail: detail)
        case .setAside(let error):
            let detail =
                "\(stream) could not decide \(message.kind): \(error); the message is set aside, report this as a defect"
            throw Problem(status: 500, code: "set-aside", detail: detail)
        }
    }

    /// Returns once the messages are durable in their inboxes.
    func send(_ messages: [Message]) async throws { try await explained { try await sender.send(messages) } }

    func envelope(_ stream: StreamID, _ message: some DomainMessage, id: String, by actor: String) throws -> Message {
        Message(
            id: id,
            stream: stream,
            kind: message.kind,
            body: try DomainJSON.encode(message),
            actor: actor,
            receivedAt: now()
        )
    }

    // MARK: - Steps

    /// Tells the caller what is the caller's to know; what is left is the log's.
    private func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let timeout as AnswerTimeout {
            throw Problem(status: 503, code: "no-decision", detail: timeout.description)
        } catch let overload as SenderOverloaded {
            throw Problem(status: 503, code: "overloaded", detail: overload.description)
        } catch let text as InvalidText {
            throw Problem(status: 400, code: "invalid-text", detail: text.description)
        } catch is StoreError {
            // What its error says is for the log of the engine, which fails with it.
            let detail = "the control plane's database does not take it now; repeat the request as it is"
            throw Problem(status: 503, code: "database-unavailable", detail: detail)
        }
    }
}

/// The name under which a person's decision is recorded.
package enum PersonName {
    /// - Throws: ``Problem`` for a name that is missing, empty, too long, or looks like a machine's.
    @discardableResult
    package static func check(_ name: String?) throws(Problem) -> String {
        let name = name ?? ""
        guard ActorName.isFitting(name) else {
            let detail =
                "a decision needs the name of a person, 1 to 100 visible characters without spaces or slashes, none of them a variant of another, and not the server's own, not \"\(name)\""
            throw Problem(status: 400, code: "invalid-name", detail: detail)
        }
        return name
    }
}
