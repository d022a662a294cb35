import FoundationEssentials
import Time

/// The fold of one stream by its decider.
final class FoldedStream<D: Decider>: OpenStream {
    private let decider: D
    private let id: StreamID
    private(set) var state: D.State
    private(set) var version: Int64 = 0

    init(_ decider: D, id: StreamID) {
        self.decider = decider
        self.id = id
        state = decider.initialState(of: id)
    }

    var wakeAt: Timestamp? { decider.wakeAt(state) }

    func restore(_ snapshot: Snapshot) throws {
        let stored = try JSONDecoder().decode(StoredState<D.State>.self, from: Data(snapshot.state.utf8))
        guard stored.format == D.stateFormat else { throw UnknownStateFormat(format: stored.format) }
        state = stored.state
        version = snapshot.version
    }

    func fold(_ commit: Commit) throws {
        var events = try EventReader(commit.events)
        while let type = try events.nextType() {
            if let end = decider.evolve(&state, events.bytes, from: events.offset) {
                events.skipData(to: end)
            } else {
                decider.evolve(&state, try decider.decode(events.event(type)))
            }
            try events.endEvent()
            version += 1
        }
    }

    func decide(_ message: Message?, _ context: DecisionContext) throws(DecisionFailure) -> Decision {
        let incoming = try decoded(message)
        let events = try decided(incoming, context)
        guard !events.isEmpty else { return Decision() }
        var decision = Decision()
        do {
            decision.events = try events.map { try checked(decider.encode($0)) }
        } catch {
            throw .poison("its events cannot be stored: \(error)")
        }
        do {
            for event in events {
                version += 1
                decider.evolve(&state, event)
                let effects = try decider.effects(of: event, index: version, state: state, context: context)
                for effect in effects { try effect.check() }
                decision.effects += effects
            }
        } catch {
            throw .spoiled("its effects cannot be carried out: \(error)")
        }
        return decision
    }

    func snapshot() throws -> Snapshot {
        let encoder = JSONEncoder()
        // Equal folds have equal snapshots.
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(StoredState(format: D.stateFormat, state: state))
        return Snapshot(version: version, state: String(decoding: data, as: UTF8.self))
    }

    // MARK: - Steps

    private func decoded(_ message: Message?) throws(DecisionFailure) -> D.Incoming {
        guard let message else { return decider.wake }
        do {
            return try decider.decode(kind: message.kind, body: message.body)
        } catch {
            throw .poison("its body cannot be read as \(message.kind) of \(D.kind): \(error)")
        }
    }

    private func decided(_ incoming: D.Incoming, _ context: DecisionContext) throws(DecisionFailure) -> [D.Event] {
        do throws(Refusal) {
            return try decider.decide(incoming, state, context)
        } catch {
            throw .refused(error)
        }
    }

    private func checked(_ event: RecordedEvent) throws -> RecordedEvent {
        try EventList.check(event)
        return event
    }
}

/// A snapshot's content: the fold, and which reading of events made it.
private struct StoredState<State: Codable>: Codable {
    var format: Int
    var state: State
}

/// A snapshot from code that folds events in another way.
private struct UnknownStateFormat: Error {
    var format: Int
}
