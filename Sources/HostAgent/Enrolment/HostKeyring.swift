package import AgentProtocol
import Synchronization
package import Time

/// The host's key, and how another takes its place.
///
/// The next key is kept before it is announced, and is the host's only when the control plane knows it: whatever moment the agent
/// ends at, the key in its file is one that is believed.
package final class HostKeyring: Sendable {
    /// Days after which a key is replaced, a tenth more or less by the key itself, so that a fleet does not do it at once.
    private static let lifetimeDays = 81...99

    /// How long after an attempt that failed the next one comes.
    private static let pause = Duration.seconds(3_600)

    private let state: StateFolder
    private let key: Mutex<HostKey>
    private let earliest = Mutex<Timestamp?>(nil)
    private let offeredAgainAt = Mutex<Timestamp?>(nil)

    package init(_ key: HostKey, state: StateFolder) {
        self.key = Mutex(key)
        self.state = state
    }

    /// The key that signs now.
    package var current: HostKey { key.withLock { $0 } }

    /// Replaces the key when it is time, as ``rotate(node:offer:)``; an attempt that failed is repeated an hour later.
    package func upkeep(at now: Timestamp, node: String, offer: (KeyChange) async throws -> Void) async throws {
        if let earliest = earliest.withLock({ $0 }), now < earliest { return }
        guard try isDue(at: now) else { return }
        earliest.withLock { $0 = now + Self.pause }
        try await rotate(node: node, offer: offer)
        earliest.withLock { $0 = nil }
    }

    /// Whether it is time for another key: its age, a person's wish, or one that is under way.
    package func isDue(at now: Timestamp) throws -> Bool {
        let wishes = [state.nextKeyFile, state.keyRequestFile]
        if wishes.contains(where: { DurableFile.size(of: $0) != nil }) { return true }
        let made = Timestamp(microseconds: DurableFile.changed(state.keyFile) * 1_000_000)
        return now >= made + .seconds(Self.lifetime(of: current.publicKey) * 86_400)
    }

    /// In days.
    static func lifetime(of publicKey: String) -> Int {
        let number = publicKey.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff }
        return lifetimeDays.lowerBound + number % lifetimeDays.count
    }

    /// Replaces the key; what an earlier attempt began is gone on with.
    ///
    /// - Parameter offer: announces the next key, signed by the present one; returns when the control plane knows it.
    package func rotate(node: String, offer: (KeyChange) async throws -> Void) async throws {
        let next = try HostKey.readOrMake(at: state.nextKeyFile)
        try await offer(try Self.change(to: next, of: node))
        try adopt(next)
    }

    /// Announces the present key once more, at most once an hour: to a control plane that knows the one before it, because its
    /// database was restored.
    ///
    /// - Parameter offer: announces the key, signed by the other one.
    package func offerAgain(
        at now: Timestamp,
        node: String,
        offer: (KeyChange, HostKey) async throws -> Void
    ) async throws {
        guard let former = try HostKey.read(at: state.formerKeyFile) else { return }
        let isDue = offeredAgainAt.withLock { last in
            if let last, now < last + Self.pause { return false }
            last = now
            return true
        }
        guard isDue else { return }
        try await offer(try Self.change(to: current, of: node), former)
    }

    private static func change(to key: HostKey, of node: String) throws -> KeyChange {
        let bytes = KeyChange.proofBytes(node: node, publicKey: key.publicKey)
        return KeyChange(publicKey: key.publicKey, proof: try key.sign(bytes))
    }

    /// A wish that is fulfilled goes first: one that came while the agent ended here is only granted twice.
    private func adopt(_ next: HostKey) throws {
        try current.write(to: state.formerKeyFile)
        try DurableFile.rename(state.nextKeyFile, to: state.keyFile)
        try DurableFile.synchronise(folderOf: state.keyFile)
        key.withLock { $0 = next }
        try DurableFile.remove(state.keyRequestFile)
    }
}
