import Crypto
import Synchronization
import Time

/// The sessions of this process, in its memory: after a restart people sign in again.
///
/// Held by the SHA-256 of their ids, so that nothing that is read out of the process is a key to it.
final class SessionStore: Sendable {
    /// Beyond it, whoever was idle longest is signed out.
    static let capacity = 1_000

    private let sessions = Mutex<[SHA256.Digest: Session]>([:])

    /// - Returns: the id that the cookie carries, 256 bits.
    func begin(_ actor: ConsoleActor, at now: Timestamp) -> String {
        let id = RandomText.make()
        let session = Session(actor: actor, formToken: RandomText.make(), begunAt: now, usedAt: now)
        sessions.withLock { sessions in
            if sessions.count >= Self.capacity {
                sessions = sessions.filter { !$0.value.isOver(at: now) }
            }
            if sessions.count >= Self.capacity, let idlest = sessions.min(by: { $0.value.usedAt < $1.value.usedAt }) {
                sessions[idlest.key] = nil
            }
            sessions[Self.digest(id)] = session
        }
        return id
    }

    /// The session of that id; nil when there is none, or it is over.
    ///
    /// - Parameter isPerson: whether a person asks, which keeps the session; a page that brings itself up to date does not.
    func session(_ id: String, isPerson: Bool, at now: Timestamp) -> Session? {
        let key = Self.digest(id)
        return sessions.withLock { sessions in
            guard var session = sessions[key] else { return nil }
            guard !session.isOver(at: now) else {
                sessions[key] = nil
                return nil
            }
            if isPerson { session.usedAt = now }
            sessions[key] = session
            return session
        }
    }

    func end(_ id: String) { sessions.withLock { $0[Self.digest(id)] = nil } }

    private static func digest(_ id: String) -> SHA256.Digest { SHA256.hash(data: Array(id.utf8)) }
}

/// Text that nobody can guess.
enum RandomText {
    /// 256 bits in hexadecimal.
    static func make() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
        }
    }

    /// Whether they are the same; the time that it takes tells nothing of either.
    static func isSame(_ left: String, _ right: String) -> Bool {
        SHA256.hash(data: Array(left.utf8)) == SHA256.hash(data: Array(right.utf8))
    }
}
