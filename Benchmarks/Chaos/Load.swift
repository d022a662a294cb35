import Commands
import ControlPlane
import Domain
import DurableStreams
import Foundation
import PatchStreams
import ReadModels
import SimulatedAgents
import Synchronization
import Time

/// Hosts that enrol without pause, over HTTP with any server and through the inbox, evenly over all shards.
///
/// An enrolment is an event of its activation and one of its node, in another shard: each happens once or is lost.
final class Load: Sendable {
    /// Each sends one enrolment after the other.
    private static let (inboxSenders, hosts) = (16, 4)
    private static let pause = Duration.milliseconds(100)
    private static let code = "CHAOS"

    let ledger = Ledger()
    private let world: World
    private let sender: MessageSender
    /// One in each shard.
    private let activations: [String]
    private let next = Mutex(0)
    private let isStopped = Mutex(false)

    init(_ world: World) {
        self.world = world
        sender = MessageSender(store: world.store, hints: Hints())
        activations = Shard.all.compactMap { shard in
            (0...).lazy.map { "\(shard)-\($0)" }.first { Activation.stream($0).shard == shard }
        }
    }

    /// Runs the body under load; returns when the last that was sent is acknowledged.
    func during(_ body: @escaping @Sendable (Ledger) async throws -> Void) async throws {
        try await createActivations()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.inboxSenders { group.addTask { try await self.repeatedly(self.sendThroughInbox) } }
            for _ in 0..<Self.hosts { group.addTask { try await self.repeatedly(self.enrolHost) } }
            group.addTask {
                try await body(self.ledger)
                self.isStopped.withLock { $0 = true }
            }
            // Not waitForAll(), which would go on to the ends of the others when one has failed.
            for try await _ in group {}
        }
    }

    // MARK: - Steps

    private func repeatedly(_ send: (_ number: Int) async throws -> Void) async throws {
        while !isStopped.withLock({ $0 }) {
            let number = next.withLock { next in
                next += 1
                return next
            }
            try await send(number)
            try await Task.sleep(for: Self.pause)
        }
    }

    private func createActivations() async throws {
        let now = SystemClock.now()
        let messages = try activations.map { name in
            let terms = ActivationTerms(
                activation: name,
                codeHash: ContentStore.digest(of: Self.code),
                maxUses: .max,
                expires: now + .seconds(86_400),
                site: "Frankfurt",
                patchGroup: "Debian12-early"
            )
            return try message("create", to: name, .create(terms), by: "chaos", at: now)
        }
        try await sender.send(messages)
        try await wait(for: "the activations are made", atMost: .seconds(30)) {
            try await world.store.answers(to: messages.map(\.key)).count == messages.count
        }
    }

    private func sendThroughInbox(_ number: Int) async throws {
        let (node, activation) = (String(format: "mi-%017x", number), activation(number))
        let request = ActivationRequest(
            codeHash: ContentStore.digest(of: Self.code),
            publicKey: "key-\(number)",
            node: node,
            facts: NodeFacts(
                hostname: "chaos-\(number)",
                platform: "debian",
                platformVersion: "12",
                architecture: "amd64",
                agentVersion: "1.0"
            )
        )
        let sentAt = SystemClock.now()
        let message = try message("use/\(node)", to: activation, .use(request), by: "node/\(node)", at: sentAt)
        try await persistently("sending to the inbox") { try await sender.send([message]) }
        note(node, message.key, isByInbox: true, sentAt)
        // A sender that has lost the answer sends it again.
        if number % 8 == 0 { try await persistently("sending to the inbox") { try await sender.send([message]) } }
    }

    private func enrolHost(_ number: Int) async throws {
        let activation = activation(number)
        let view = ActivationView(
            activation: activation,
            code: Self.code,
            orderKey: "",
            site: "Frankfurt",
            patchGroup: "Debian12-early",
            uses: .max,
            expiresAt: SystemClock.now()
        )
        let sentAt = SystemClock.now()
        let host = try await HostClient.enrolled(
            "chaos-\(number)",
            with: view,
            at: world.urls,
            patience: HostClient.longPatience
        )
        let id = "use/\(host.node)/\(ContentStore.digest(of: Self.code).prefix(16))"
        note(host.node, MessageKey(stream: Activation.stream(activation), id: id), isByInbox: false, sentAt)
    }

    /// In turn, and neighbours never in turn: they are often one server's.
    private func activation(_ number: Int) -> String { activations[number * 151 % activations.count] }

    private func note(_ node: String, _ key: MessageKey, isByInbox: Bool, _ sentAt: Timestamp) {
        ledger.note(
            Ledger.Entry(
                node: node,
                message: key,
                isByInbox: isByInbox,
                sentAt: sentAt,
                acknowledgedAt: SystemClock.now()
            )
        )
    }

    private func message(
        _ id: String,
        to activation: String,
        _ content: ActivationMessage,
        by actor: String,
        at now: Timestamp
    ) throws -> Message {
        Message(
            id: id,
            stream: Activation.stream(activation),
            kind: content.kind,
            body: try DomainJSON.encode(content),
            actor: actor,
            receivedAt: now
        )
    }
}
