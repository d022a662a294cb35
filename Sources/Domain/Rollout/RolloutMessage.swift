/// What is wanted of a rollout.
package enum RolloutMessage: DomainMessage {
    /// From the worker that opened the stage's lanes; hosts start once the cycle resumes it. A second one changes nothing.
    case open(RolloutSpec)
    /// A fact from a host; `node` is who signed it.
    case report(HostReport, node: String)
    /// From the cycle, as are ``resume(revision:by:cancelled:)`` and ``abort(reason:by:revision:)``: `revision` counts what the cycle wants,
    /// and an older wish that comes late is ignored. They may come before ``open(_:)``.
    case pause(revision: Int)
    /// Lets a new rollout begin, lifts a pause and, by a person's decision, a halt: the errors so far no longer count.
    /// `cancelled`, as ``cancel(nodes:)`` has it, lets none of those nodes begin; nil where there are none.
    case resume(revision: Int, by: String, cancelled: [String]? = nil)
    /// From the cycle: of these nodes those that have no order get none, those in flight are told to end where that does no harm. It may
    /// come before ``open(_:)``, and names that the rollout does not have are none of its business.
    case cancel(nodes: [String])
    /// Queued hosts are cancelled, hosts in flight are told to end where that does no harm. A rollout that was never opened has none and ends at once.
    case abort(reason: String, by: String, revision: Int)
    /// From the worker that holds open lanes against a policy that was applied: who has no order yet starts in this window.
    case move(WindowOccurrence)
    case wake

    package var kind: String {
        switch self {
        case .open: "open"
        case .report: "report"
        case .pause: "pause"
        case .resume: "resume"
        case .cancel: "cancel"
        case .abort: "abort"
        case .move: "move"
        case .wake: "wake"
        }
    }
}
