import AWSSignature
import AgentProtocol
import ControlPlane
import FoundationEssentials
import Hummingbird

/// How stock agents wait for messages.
extension InstanceDoor {
    /// How long a poll is held: the agent gives up after 20 s.
    private static let hold = Duration.seconds(15)

    /// A poll that has proved whose it is.
    private struct Poll: Sendable {
        let node: String
        let id: String
        let region: String
        let host: String

        func answer(_ messages: [WakeUpMessage]) throws -> Data {
            let output = InstanceOutput.Messages(destination: node, messages: messages, messagesRequestId: id)
            return try WireJSON.encode(output)
        }
    }

    /// The answer to a poll, when there is a message or its time is up.
    ///
    /// What comes before and after the wait runs in tasks of its own: what it takes of a task's stack would be kept while the agent waits.
    func wait(_ request: Request) async -> Result<Data, any Error> {
        do {
            let poll = try await Task { try await begun(request) }.value
            guard let wakeUp = try await wakeUp(for: poll) else { return .success(try poll.answer([])) }
            return .success(try await Task { try poll.answer(try await messages(wakeUp, poll)) }.value)
        } catch {
            return .failure(Self.shown(error))
        }
    }

    // MARK: - Steps

    private func begun(_ request: Request) async throws -> Poll {
        let body = try await SSMDoor.body(of: request)
        let proof = try InstanceProof(
            method: request.method.rawValue,
            target: request.head.path ?? "/",
            headers: SignatureGate.headers(of: request),
            body: body
        )
        let input = try WireJSON.decode(InstanceInput.Messages.self, from: body)
        let node = try await agents.pollingNode(proof)
        try Self.check(input.destination, is: node)
        return Poll(
            node: node,
            id: input.messagesRequestId ?? "",
            region: proof.claim.region,
            host: request.head.authority ?? ""
        )
    }

    private func wakeUp(for poll: Poll) async throws -> OrderWakeUp? {
        do {
            return try await agents.nextWakeUp(for: poll.node, wait: Self.hold)
        } catch is CancellationError {
            // Nothing is lost by it: a wake-up that is not acknowledged comes again.
            return nil
        }
    }

    private func messages(_ wakeUp: OrderWakeUp, _ poll: Poll) async throws -> [WakeUpMessage] {
        let isWindows = try await agents.isWindows(poll.node)
        let environment = terms.environment(orderKey: agents.orderKey, host: poll.host, isWindows: isWindows)
        guard let environment else {
            let detail = "the server has no agent to give to the host: start it with --agent-binary or --agent-binaries"
            try await agents.fail(wakeUp.order, .unknown, detail, of: poll.node)
            return []
        }
        return [
            try WakeUpMessage(
                wakeUp,
                script: isWindows ? .windows : .linux,
                environment: environment,
                node: poll.node,
                region: poll.region,
                at: now()
            )
        ]
    }
}
