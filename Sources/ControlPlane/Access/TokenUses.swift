import Synchronization
import Time

/// Which uses of tokens are to be told: of each token one an hour, or one a minute while its address changes.
final class TokenUses: Sendable {
    private static let resolution = Duration.seconds(3_600)
    private static let resolutionOfAddresses = Duration.seconds(60)
    /// Tokens that are remembered; beyond them some are told more often.
    private static let capacity = 10_000

    private struct Use {
        var at: Timestamp
        var source: String?
    }

    private let told = Mutex([String: Use]())

    /// Whether this use is to be told; whoever asks tells it.
    func isNews(_ token: String, from source: String?, at now: Timestamp) -> Bool {
        told.withLock { told in
            if let last = told[token] {
                let wait = last.source == source ? Self.resolution : Self.resolutionOfAddresses
                guard now >= last.at + wait else { return false }
            }
            if told.count >= Self.capacity, told[token] == nil { told = [:] }
            told[token] = Use(at: now, source: source)
            return true
        }
    }
}
