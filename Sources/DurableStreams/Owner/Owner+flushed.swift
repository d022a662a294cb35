import DequeModule

/// What became of the flush under way.
package enum FlushOutcome: Equatable, Sendable {
    /// All of it is written, but for messages that were answered already.
    case committed(leftOut: Set<MessageKey>)
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
        case .committed(let leftOut): return commit(leftOut)
        case .notWritten(let heads): return give(foreign(heads))
        case .conflict(let heads):
            let fenced = foreign(heads)
            // Nobody wrote behind our backs, so a message was decided twice: what is in memory is not to be trusted.
            return give(fenced.isEmpty ? flushes.first?.flush.parts.map(\.shard) ?? [] : fenced)
        case .invalid(let error):
            condemn(error)
            return drop(flushes.first?.flush.parts.map(\.shard) ?? [])
        }
    }

    // MARK: - Steps

    private mutating func commit(_ leftOut: Set<MessageKey>) -> Release {
        var release = Release()
        guard let written = flushes.popFirst() else { return release }
        if !faultyWakes.isEmpty { forgetFaults(of: written) }
        for part in written.flush.parts {
            for answered in part.answers {
                known.remove(answered.key)
                // The others are harmless to decide again, which consumes them wherever they stand.
                if answered.isKept { answeredLately.insert(answered.key) }
            }
            release.answers += part.answers
            release.nodes.formUnion(part.orders.lazy.map(\.node))
            release.hasTasks = release.hasTasks || !part.tasks.isEmpty
            handOver(leftOut.isEmpty ? part.messages : part.messages.filter { !leftOut.contains($0.key) })
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

    /// As ``drop(_:)`` of shards that another owner may go on with: what was learned of their messages is the other's to learn.
    private mutating func give(_ shards: [Shard]) -> Release {
        if !shards.isEmpty { condemned = condemned.filter { !shards.contains($0.key.stream.shard) } }
        return drop(shards)
    }

    /// Notes the message or wake-up that the store cannot hold, or makes flushes small until it is alone in one.
    private mutating func condemn(_ error: String) {
        guard let decided = flushes.first?.decided else { return }
        if decided.count == 1, let key = decided.first {
            condemned[key] = error
            cautiousFlushes = 0
        } else {
            cautiousFlushes = queued + decided.count
        }
    }

    /// A stream whose wake-up led to events again is no longer faulty.
    private mutating func forgetFaults(of written: PendingFlush) {
        for commit in written.flush.parts.flatMap(\.commits) { faultyWakes[commit.stream] = nil }
    }
}
