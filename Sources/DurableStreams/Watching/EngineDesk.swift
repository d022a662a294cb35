/// Where people look after engines and settle the messages that were set aside.
package struct EngineDesk: Sendable {
    /// Streams of one message id that are told apart.
    private static let streams = 20
    /// How often somebody else may be faster.
    private static let attempts = 3

    private let store: any Store
    private let hints: Hints

    package init(store: any Store, hints: Hints) {
        self.store = store
        self.hints = hints
    }

    /// How the engines do now.
    package func status() async throws(StoreError) -> StoreStatus { try await store.status() }

    /// The latest messages that were set aside, newest first.
    package func setAside(limit: Int) async throws(StoreError) -> [SetAsideMessage] {
        try await store.setAside(limit: limit)
    }

    /// What people did with others, newest first.
    package func settlements(limit: Int) async throws(StoreError) -> [Settlement] {
        try await store.settlements(of: nil, in: nil, limit: limit)
    }

    /// Has the message decided again, or ends it for good.
    ///
    /// The same request again gets the same settlement, and so does a later one that wants the same of a message that is no longer
    /// set aside.
    ///
    /// - Parameter stream: tells messages of one id apart; nil when there is only one.
    /// - Throws: ``SettlementRefusal``; ``StoreError``, after which the call may be repeated as it is.
    package func settle(
        _ id: String,
        in stream: StreamID?,
        _ request: SettlementRequest
    ) async throws -> Settlement {
        for _ in 1...Self.attempts {
            // Read first: whoever settles it meanwhile is then seen among the settlements.
            let found = try await store.setAside(id: id, in: stream, limit: Self.streams)
            let former = try await store.settlements(of: id, in: stream, limit: Self.streams)
            if let same = former.first(where: { $0.request.id == request.id && $0.request.verb == request.verb }) {
                return same
            }
            guard let waiting = found.first else { return try Self.settled(before: former, id, in: stream, request) }
            guard found.count == 1 else { throw SettlementRefusal.ambiguous(id, found.map(\.message.stream)) }
            guard request.verb == .discard || !waiting.isWakeUp else {
                throw SettlementRefusal.wakeUp(waiting.message.key)
            }
            guard request.verb == .discard || waiting.isSealed else {
                throw SettlementRefusal.unsealed(waiting.message.key)
            }
            guard let settlement = try await store.settle(waiting.message.key, request) else { continue }
            if request.verb == .retry { hints.inboxChanged() }
            return settlement
        }
        throw SettlementRefusal.unknown(id, stream)
    }

    private static func settled(
        before former: [Settlement],
        _ id: String,
        in stream: StreamID?,
        _ request: SettlementRequest
    ) throws(SettlementRefusal) -> Settlement {
        guard let last = former.first else { throw .unknown(id, stream) }
        let streams = Set(former.map(\.settled.message.stream))
        guard streams.count == 1 else { throw .ambiguous(id, streams.sorted()) }
        guard last.request.verb == request.verb else { throw .settledOtherwise(last) }
        return last
    }
}

/// Why a message is not settled.
package enum SettlementRefusal: Error, Equatable {
    /// No message of this id is set aside, nor ever was.
    case unknown(String, StreamID?)
    /// Messages of this id are set aside in several streams.
    case ambiguous(String, [StreamID])
    /// It is no longer set aside: somebody wanted something else of it.
    case settledOtherwise(Settlement)
    /// Wake-ups come again by themselves.
    case wakeUp(MessageKey)
    /// Nobody with the seal key has sent it, and nobody makes it a message by retrying it.
    case unsealed(MessageKey)
}
