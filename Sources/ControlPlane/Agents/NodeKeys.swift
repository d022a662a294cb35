import AgentProtocol
import Crypto
import Domain
import DurableStreams
import FoundationEssentials
import PatchStreams
import ReadModels
import Synchronization

/// The nodes' public keys, from their own streams, remembered for a short while.
final class NodeKeys: Sendable {
    /// How long a key is believed without asking again: a revocation holds after it at the latest.
    static let lifetime = Duration.seconds(5)
    /// How long it is believed of those who only wait, from one long poll to the next: nothing is given to them before it is
    /// asked for again.
    static let lifetimeOfWaiting = Duration.seconds(180)
    /// How long it is believed against a signature that it does not explain: who signs badly must not keep the database busy.
    static let lifetimeOfDoubted = Duration.seconds(1)
    /// Keys that are remembered: 100,000 of them take some 60 MB.
    private static let capacity = 100_000
    /// How long an enrolment waits for its node's stream.
    private static let patience = Duration.seconds(10)

    /// What requests of a node are judged by.
    struct Identity {
        let key: NodePublicKey
        /// The key that its host is about to use, also in base64.
        var nextKey: (key: NodePublicKey, text: String)?
        /// Whether two machines act as it.
        let isCloned: Bool
        let enrolment: NodeEnrolment

        /// Whether one of its keys signed the request.
        func signed(_ request: SignedRequest) -> Bool {
            request.isGenuine(key: key) || nextKey.map { request.isGenuine(key: $0.key) } == true
        }

        /// Whether the credentials were given to one of its keys.
        func owns(_ credentials: RoleCredentials) -> Bool {
            credentials.belong(to: enrolment.publicKey) || nextKey.map { credentials.belong(to: $0.text) } == true
        }
    }

    private struct Entry {
        let identity: Identity
        let loadedAt: ContinuousClock.Instant
    }

    private let reader: StreamReader
    private let entries = Mutex([String: Entry]())

    init(reader: StreamReader) { self.reader = reader }

    /// `mi-` and 17 hexadecimal digits, as SSM names managed nodes; a function of the key, so that enrolling twice is once.
    static func nodeID(of publicKey: Data) -> String {
        let digest = SHA256.hash(data: Array("ringmaster-node-v1".utf8) + publicKey)
        return "mi-" + Hexadecimal.text(digest).prefix(17)
    }

    /// The node's identity if it was learned within that time.
    func remembered(_ node: String, within lifetime: Duration) -> Identity? {
        guard let entry = entries.withLock({ $0[node] }), entry.loadedAt + lifetime > .now else { return nil }
        return entry.identity
    }

    /// Whether two machines act as the node, as far as is remembered.
    func isCloned(_ node: String) -> Bool { entries.withLock { $0[node]?.identity.isCloned ?? false } }

    /// The next request of the node has its identity read anew.
    func forget(_ node: String) { entries.withLock { $0[node] = nil } }

    /// nil for a node that is not enrolled, or revoked.
    ///
    /// - Parameter lifetime: how long ago that may have been learned.
    func identity(of node: String, within lifetime: Duration = lifetime) async throws -> Identity? {
        if let identity = remembered(node, within: lifetime) { return identity }
        let loadedAt = ContinuousClock.now
        guard let state = try await load(node), state.isActive,
            let enrolment = state.enrolment,
            let key = NodePublicKey(enrolment.publicKey, isStock: enrolment.stock != nil)
        else {
            forget(node)
            return nil
        }
        var identity = Identity(key: key, isCloned: state.clash != nil, enrolment: enrolment)
        if let text = state.nextKey?.publicKey, let next = NodePublicKey(text, isStock: enrolment.stock != nil) {
            identity.nextKey = (next, text)
        }
        entries.withLock { [identity] entries in
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[node] = Entry(identity: identity, loadedAt: loadedAt)
        }
        return identity
    }

    /// The node's enrolment, once its stream has heard of it from the activation.
    ///
    /// It may be a later one than the activation's.
    func enrolment(of node: String, by activation: String) async throws -> NodeEnrolment {
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            let state = try await load(node)
            if let revocation = state?.revocation {
                let refusal = NodeRefusal.revoked(node: node, reason: revocation.reason)
                throw Problem(status: 409, code: refusal.code, detail: refusal.detail)
            }
            if let enrolment = state?.enrolment {
                if enrolment.activation == activation { return enrolment }
                // Read again: the activation's own enrolment may have come between the two looks.
                if try await isKnown(activation, to: node) { return try await load(node)?.enrolment ?? enrolment }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let detail =
            "the activation was used, but \(node) is not enrolled yet; check that an engine runs and enrol again"
        throw Problem(status: 503, code: "no-decision", detail: detail)
    }

    /// Whether the activation has enrolled the node at any time.
    private func isKnown(_ activation: String, to node: String) async throws -> Bool {
        let decider = DomainDecider<Node>.withoutEffects
        return try await reader.events(of: Node.stream(node)).contains { stored in
            guard case .enrolled(let enrolment, _) = try decider.decode(stored.event) else { return false }
            return enrolment.activation == activation
        }
    }

    func isRevoked(_ node: String) async throws -> Bool { try await load(node)?.revocation != nil }

    private func load(_ node: String) async throws -> Node? {
        try await reader.fold(DomainDecider<Node>.withoutEffects, Node.stream(node))?.state
    }
}
