package import Time

/// One operation over the nodes of one lane, under rate control, in one occurrence of its window.
///
/// Made for 100,000 targets: state is arrays by target index, each message costs the same however large the lane is, and
/// ``wakeAt`` is read off, not searched for. Targets start in their order, so what is queued
/// is the tail from ``nextIndex`` on, but for nodes that were cancelled by themselves.
package struct Rollout: EventSourced {
    /// The most hosts that one decision orders or expires; what is left follows at once, by a wake-up that is due already.
    package static let batchSize = 500
    /// Of the documents in the orders of one decision, in bytes.
    static let batchBytes = 2 << 20
    /// How many failures ``LaneOutcome/failures`` names.
    package static let namedFailures = 20
    /// How many failed patches of one host are named among them.
    package static let namedPatches = 10
    /// How long after an order's expiry a host that began in time may still be heard of, in seconds.
    package static let graceSeconds = 60

    /// nil before it is opened.
    package internal(set) var spec: RolloutSpec?
    /// It starts hosts only once its cycle has said so, which knows of pauses and aborts that the worker who opens it cannot.
    package internal(set) var phase = RolloutPhase.paused
    /// By target index.
    package internal(set) var hostStates: [HostRunState] = []
    package internal(set) var counts = HostRunCounts()
    /// The first failures; ``LaneOutcome/failures`` in the end.
    package internal(set) var failures: [HostFailure] = []
    /// The first target that is queued.
    package internal(set) var nextIndex = 0
    /// Of an aborted rollout, the first target whose host has not been told to end, if it is in flight.
    package internal(set) var withdrawnIndex = 0
    /// The errors at which it halted; nil once a person has resumed it.
    package internal(set) var haltErrors: Int?
    /// Nodes that were cancelled by themselves, here or in another lane; nil where there are none.
    var cancelledNodes: Set<String>?
    /// Errors that a person's `resume` has forgiven.
    var forgivenErrors = 0
    /// By target index: the last report's sequence.
    var sequences: [Int32] = []
    /// Of hosts that were ordered and have not accepted.
    var deliveries = DeadlineQueue()
    /// Of hosts that have accepted.
    var runs = DeadlineQueue()
    /// The last wish of the cycle that was taken.
    var revision = 0
    /// The time of the last event.
    var clock = Timestamp(microseconds: .min)

    package init() {}

    /// Host runs that use up the error budget.
    package var errors: Int { counts.failed }

    /// How many hosts have neither an order nor a terminal state.
    package var queuedCount: Int { counts[.queued] }

    package var wakeAt: Timestamp? {
        guard let spec, phase != .ended else { return nil }
        var times = [deliveries.earliest, runs.earliest]
        if phase == .aborted, withdrawnIndex < nextIndex { times.append(clock) }
        if queuedCount > 0 {
            times.append(spec.window.cutoff)
            if Outlook(self, spec).startable > 0 { times.append(max(spec.window.opens, clock)) }
        }
        return times.compactMap { $0 }.min()
    }
}

/// Whether a rollout starts hosts.
package enum RolloutPhase: String, Codable, Sendable {
    case running
    /// By its cycle, or because its cycle has not let it begin.
    case paused
    /// By its error threshold.
    case halted
    case aborted
    case ended
}
