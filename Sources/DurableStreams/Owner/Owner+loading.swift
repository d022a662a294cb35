import DequeModule
package import Time

extension Owner {
    /// The streams to be loaded now, at most `limit`; each is asked for once.
    package mutating func streamsToLoad(limit: Int) -> [LoadRequest] {
        var requests: [LoadRequest] = []
        while requests.count < limit, let stream = wanted.popFirst() {
            guard let slot = slots[stream], case .wanted(let fromFirstEvent) = slot.phase else { continue }
            nextTicket += 1
            slot.phase = .loading(ticket: nextTicket)
            requests.append(LoadRequest(stream: stream, fromFirstEvent: fromFirstEvent, ticket: nextTicket))
        }
        return requests
    }

    /// Takes a stream as it is stored.
    package mutating func loaded(_ stored: StoredStream, for request: LoadRequest, at now: Timestamp) {
        guard let slot = slots[request.stream], slot.phase == .loading(ticket: request.ticket) else { return }
        slot.fold = open(request.stream)
        do {
            if let snapshot = stored.snapshot { try slot.fold.restore(snapshot) }
        } catch {
            want(slot, fromFirstEvent: true)
            return
        }
        do {
            if let unsealed = stored.unsealed { throw unsealed }
            for commit in stored.commits { try slot.fold.take(commit) }
        } catch {
            return setUnreadable(slot, "\(error)", until: now + Self.unreadableRetry)
        }
        slot.phase = .open
        slot.version = slot.fold.version
        slot.exists = stored.exists
        slot.storedWake = stored.wakeAt
        slot.bytesSinceSnapshot = stored.commits.reduce(0) { $0 + $1.events.utf8.count }
        slot.snapshotBytes = stored.snapshot?.state.utf8.count ?? 0
        wakes.set(slot.stream, slot.fold.wakeAt)
        enqueue(slot)
    }

    /// The stream could not be read; it is asked for again.
    package mutating func loadFailed(_ request: LoadRequest) {
        guard let slot = slots[request.stream], slot.phase == .loading(ticket: request.ticket) else { return }
        want(slot, fromFirstEvent: request.fromFirstEvent)
    }

    // MARK: - Steps

    /// How long a stream that cannot be folded is left alone.
    private static let unreadableRetry = Duration.seconds(30)

    /// Leaves the stream's messages in the inbox: here they would take the place of others'.
    private mutating func setUnreadable(_ slot: StreamSlot, _ error: String, until moment: Timestamp) {
        slot.phase = .unreadable(until: moment)
        unreadable.insert(slot.stream)
        known.subtract(slot.waiting.map(\.key))
        queued -= slot.waiting.count
        slot.waiting.removeAll()
        wakes.set(slot.stream, moment)
        notices.append(.unreadable(slot.stream, error: error))
    }
}

/// A stream that the owner needs in memory.
package struct LoadRequest: Equatable, Sendable {
    package var stream: StreamID
    package var fromFirstEvent: Bool
    var ticket: Int
}
