import Domain
import ReadModels
import Synchronization
import Time

/// Remembers when agents were heard, and tells what of it is to be written: each node once an hour, many at a time.
///
/// A poll costs no write. What is not written when a process ends is noted again with the node's next request.
final class AgentContacts: Sendable {
    /// How much older than the truth what is written may be.
    static let resolution = Duration.seconds(3_600)
    /// How long contacts are collected.
    static let interval = Duration.seconds(10)
    /// Contacts that are collected or written at a time; the others are noted with their next request.
    private static let mostPending = 5_000
    /// Nodes that are remembered; beyond them some are written more often.
    private static let capacity = 100_000

    private struct State {
        var written: [String: NodeContact] = [:]
        var pending: [String: NodeContact] = [:]
        var lastTakenAt: Timestamp?
        var boots: [String: Boots] = [:]
    }

    /// The last two boots that spoke as a node.
    private struct Boots {
        var present: UInt64
        var former: UInt64?
        /// When the present one signed last; nil where nobody asks.
        var signedAt: Timestamp?
    }

    private let state = Mutex(State())

    func note(_ contact: NodeContact) {
        state.withLock { state in
            if let written = state.written[contact.node], state.pending[contact.node] == nil,
                (written.clockOffSeconds == 0) == (contact.clockOffSeconds == 0),
                contact.heardAt < written.heardAt + Self.resolution
            {
                return
            }
            guard state.pending[contact.node] != nil || state.pending.count < Self.mostPending else { return }
            state.pending[contact.node] = contact
        }
    }

    /// That two machines speak as the node by turns: a boot that another one has followed never comes back on one machine.
    ///
    /// - Parameters:
    ///   - boot: or what else one machine leaves behind for good.
    ///   - moment: when the request was signed, where one that was under way for long must not count.
    func clash(of node: String, at boot: UInt64, signedAt moment: Timestamp? = nil) -> NodeClash? {
        state.withLock { state in
            guard let known = state.boots[node] else {
                if state.boots.count >= Self.capacity { state.boots = [:] }
                state.boots[node] = Boots(present: boot, signedAt: moment)
                return nil
            }
            let newest = [known.signedAt, moment].compactMap(\.self).max()
            guard boot != known.present else {
                state.boots[node]?.signedAt = newest
                return nil
            }
            if boot == known.former, let moment, let last = known.signedAt, moment <= last { return nil }
            state.boots[node] = Boots(present: boot, former: known.present, signedAt: newest)
            guard boot == known.former else { return nil }
            return NodeClash(first: String(boot, radix: 16), second: String(known.present, radix: 16))
        }
    }

    /// What is to be written now; nobody else is told of it.
    func take(at now: Timestamp) -> [NodeContact] {
        state.withLock { state in
            if let last = state.lastTakenAt, now < last + Self.interval { return [] }
            guard !state.pending.isEmpty else { return [] }
            state.lastTakenAt = now
            let taken = state.pending
            state.pending = [:]
            if state.written.count + taken.count > Self.capacity { state.written = [:] }
            state.written.merge(taken) { _, new in new }
            return Array(taken.values)
        }
    }

    /// They could not be written: their nodes' next requests note them again.
    func forget(_ contacts: [NodeContact]) {
        state.withLock { state in
            for contact in contacts { state.written[contact.node] = nil }
        }
    }
}
