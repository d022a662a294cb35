import DequeModule

/// What became of the flush under way.
package enum FlushOutcome: Equatable, Sendable {
    case committed
    /// Nothing of it is in the log, for a reason that passes. With the heads of its shards when they are known.
    case notWritten(heads: [ChainHead])
    /// The store refused it: a predecessor is not the last commit, or a message was answered before.
    case conflict(heads: [ChainHead])
    /// The store cannot hold it.
    case invalid(String)
}

/// What may be told once a flush is written, and which shards turned out to be another's.
package struct Release: Equatable, Sendable {
    package var answers: [AnsweredMessage] = []
    /// Nodes that have new orders.
    package var nodes: Set<String> = []
    package var hasTasks = false
    package var hasMessages = false
    package var setAside: [SetAsideMessage] = []
    /// Shards that are no longer owned; they may be acquired anew.
    package var dropped: [Shard] = []
}

extension Owner {
    /// Takes what became of the flush under way.
    ///
    /// - Returns: what may be told now, and not before.
    package mutating func flushed(_ outcome: FlushOutcome) -> Release {
        precondition(isFlushing, "no flush is under way")
        isFlushing = false
        switch outcome {
        case .committed: return commit()
        case .notWritten(let heads): return drop(foreign(heads))
        case .conflict(let heads):
            let fenced = foreign(heads)
            // Nobody wrote behind our backs, so a message was decided twice: what is in memory is not to be trusted.
            return drop(fenced.isEmpty ? flushes.first?.flush.parts.map(\.shard) ?? [] : fenced)
        case .invalid(let error):
            condemn(error)
            return drop(flushes.first?.flush.parts.map(\.shard) ?? [])
        }
    }

    // MARK: - Steps

    private mutating func commit() -> Release {
        var release = Release()
        guard let written = flushes.popFirst() else { return release }
        for part in written.flush.parts {
            for answered in part.answers { known.remove(answered.key) }
            answeredWhileReading?.formUnion(part.answers.lazy.map(\.key))
            release.answers += part.answers
            release.nodes.formUnion(part.orders.lazy.map(\.node))
            release.hasTasks = release.hasTasks || !part.tasks.isEmpty
            release.hasMessages = release.hasMessages || !part.messages.isEmpty
            release.setAside += part.setAside
            for setAside in part.setAside {
                guard let slot = slots[setAside.message.stream] else { continue }
                if slot.phase == .spoiled(flush: written.number) { want(slot, fromFirstEvent: false) }
            }
        }
        return release
    }

    /// The shards of the flush under way behind whose predecessor somebody else has written.
    private func foreign(_ heads: [ChainHead]) -> [Shard] {
        guard let flush = flushes.first?.flush else { return [] }
        let found = Dictionary(heads.map { ($0.shard, $0) }) { _, last in last }
        return flush.parts.compactMap { part in
            guard let head = found[part.shard] else { return nil }
            let isOurs = head.position == part.predecessor.position && head.chain == part.predecessor.chain
            return isOurs ? nil : part.shard
        }
    }

    private mutating func drop(_ shards: [Shard]) -> Release {
        for shard in shards { drop(shard) }
        return Release(dropped: shards)
    }

    /// Notes the message that the store cannot hold, or makes flushes small until it is alone.
    private mutating func condemn(_ error: String) {
        guard let flush = flushes.first?.flush else { return }
        let keys = flush.parts.flatMap(\.answers).map(\.key)
        if keys.count == 1, let key = keys.first {
            condemned[key] = error
        } else if keys.isEmpty, let wake = flush.parts.flatMap(\.commits).first(where: { $0.cause.hasPrefix("wake/") })
        {
            condemned[MessageKey(stream: wake.stream, id: wake.cause)] = error
        }
        cautiousFlushes = condemned.isEmpty ? queued + keys.count : 0
    }
}
