package import Time

/// What happened in a rollout.
package enum RolloutEvent: DomainEvent {
    /// Indirect, so that the many other events are not as large.
    indirect case opened(RolloutSpec, at: Timestamp)
    /// Orders went out to the targets from `first` on; from `expires` on they are void for a host that has not begun.
    case hostsOrdered(first: Int, count: Int, expires: Timestamp, at: Timestamp)
    case hostReported(HostReport, at: Timestamp)
    /// Hosts passed their deadline: `unknown` when the order was never accepted, `timedOut` when the run did not end.
    case hostsExpired([Int], as: HostRunState, at: Timestamp)
    /// All hosts still queued have ended: `missedWindow` at the cutoff, `cancelled` by an abort.
    case queueEnded(as: HostRunState, at: Timestamp)
    /// More errors than the rate control tolerates: nothing new starts until a person resumes.
    case halted(errors: Int, at: Timestamp)
    /// Nothing more begins on these nodes; what of that is this rollout's follows.
    case cancelRequested(nodes: [String], at: Timestamp)
    /// Hosts that had no order have ended as cancelled, the others go on.
    case hostsCancelled([Int], at: Timestamp)
    /// The hosts in flight that are told to end: those whose nodes were cancelled, or after an abort the next of all; empty where there are none left.
    case ordersWithdrawn([Int], at: Timestamp)
    case paused(revision: Int, at: Timestamp)
    case resumed(revision: Int, by: String, at: Timestamp)
    case aborted(reason: String, by: String, revision: Int, at: Timestamp)
    /// Hosts that have no order yet start in this window; orders that were given keep theirs.
    case windowMoved(WindowOccurrence, at: Timestamp)
    /// Every host has its one terminal state.
    case ended(at: Timestamp)

    package var type: String {
        switch self {
        case .opened: "rollout.opened.v1"
        case .hostsOrdered: "rollout.hosts-ordered.v1"
        case .hostReported: "rollout.host-reported.v1"
        case .hostsExpired: "rollout.hosts-expired.v1"
        case .queueEnded: "rollout.queue-ended.v1"
        case .halted: "rollout.halted.v1"
        case .cancelRequested: "rollout.cancel-requested.v1"
        case .hostsCancelled: "rollout.hosts-cancelled.v1"
        case .ordersWithdrawn: "rollout.orders-withdrawn.v1"
        case .paused: "rollout.paused.v1"
        case .resumed: "rollout.resumed.v1"
        case .aborted: "rollout.aborted.v1"
        case .windowMoved: "rollout.window-moved.v1"
        case .ended: "rollout.ended.v1"
        }
    }

    package var at: Timestamp {
        switch self {
        case .opened(_, let at), .hostsOrdered(_, _, _, let at), .hostReported(_, let at), .hostsExpired(_, _, let at),
            .queueEnded(_, let at), .halted(_, let at), .cancelRequested(_, let at), .hostsCancelled(_, let at),
            .ordersWithdrawn(_, let at), .paused(_, let at),
            .resumed(_, _, let at), .aborted(_, _, _, let at), .windowMoved(_, let at), .ended(let at):
            at
        }
    }
}
