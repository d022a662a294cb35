import Synchronization

/// The ends of shards that were found to be sealed: they are asked for several times a second, and most have not changed.
final class JudgedHeads: Sendable {
    private struct Judged {
        var head: ChainHead
        var seal: [UInt8]
    }

    private let sealed = Mutex<[Shard: Judged]>([:])

    /// Whether the head is sealed, worked out anew only for one that was not judged before.
    func isSealed(_ head: ChainHead, by seal: [UInt8]?, _ key: SealKey) -> Bool {
        guard let seal else { return false }
        let isKnown = sealed.withLock { $0[head.shard].map { $0.head == head && $0.seal == seal } ?? false }
        if isKnown { return true }
        guard key.isSealed(head, by: seal) else { return false }
        sealed.withLock { $0[head.shard] = Judged(head: head, seal: seal) }
        return true
    }
}
