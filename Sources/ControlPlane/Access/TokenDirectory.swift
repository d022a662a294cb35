import Domain
import DurableStreams
import PatchStreams
import Synchronization
import Time

/// The API's tokens, folded from their stream and remembered for a short while.
final class TokenDirectory: Sendable {
    /// How long tokens are believed without asking again: a revocation holds after it at the latest.
    static let lifetime = Duration.seconds(5)
    /// How long it is believed that there is no such token: who guesses must not keep the database busy.
    static let lifetimeOfDoubted = Duration.seconds(1)

    private struct Known {
        var bySecret: [String: IssuedToken]
        var loadedAt: ContinuousClock.Instant
    }

    private let reader: StreamReader
    private let known = Mutex<Known?>(nil)
    /// The reading under way: all who need it wait for it, so that guesses cost one at a time.
    private let reading = Mutex<Task<Known, any Error>?>(nil)

    init(reader: StreamReader) { self.reader = reader }

    func book() async throws -> AccessBook {
        try await reader.fold(DomainDecider<AccessBook>.withoutEffects, Self.stream)?.state ?? AccessBook()
    }

    static var stream: StreamID { AccessBook.stream(AccessBook.streamName) }

    /// The token with that secret, whether it counts or not; nil for none.
    ///
    /// - Parameter secretSHA256: lower-case hexadecimal.
    func token(ofSecret secretSHA256: String) async throws -> IssuedToken? {
        try await token { $0[secretSHA256] }
    }

    /// The token of that id, whether it counts or not; nil for none.
    func token(id: String) async throws -> IssuedToken? {
        try await token { $0.values.first { $0.token.id == id } }
    }

    private func token(_ find: ([String: IssuedToken]) -> IssuedToken?) async throws -> IssuedToken? {
        let remembered = known.withLock { known -> (token: IssuedToken?, isFresh: Bool) in
            guard let known else { return (nil, false) }
            let token = find(known.bySecret)
            let lifetime = token == nil ? Self.lifetimeOfDoubted : Self.lifetime
            return (token, known.loadedAt + lifetime > .now)
        }
        if remembered.isFresh { return remembered.token }
        return find(try await read().bySecret)
    }

    private func read() async throws -> Known {
        let task = reading.withLock { reading in
            if let reading { return reading }
            let task = Task {
                let loadedAt = ContinuousClock.now
                let tokens = try await self.book().tokens
                let bySecret = Dictionary(tokens.map { ($0.token.secretSHA256, $0) }) { _, last in last }
                return Known(bySecret: bySecret, loadedAt: loadedAt)
            }
            reading = task
            return task
        }
        let result = await task.result
        let isLatest = reading.withLock { reading in
            guard reading == task else { return false }
            reading = nil
            return true
        }
        let loaded = try result.get()
        if isLatest { known.withLock { $0 = loaded } }
        return loaded
    }

    /// The next request has the tokens read anew.
    func forget() {
        reading.withLock { $0 = nil }
        known.withLock { $0 = nil }
    }
}
