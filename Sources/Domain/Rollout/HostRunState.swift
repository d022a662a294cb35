/// Where one node is on its way through a rollout.
///
/// Every state but the last seven has a deadline; one of the last seven ends every run, and only one. Raw values are stored.
package enum HostRunState: UInt8, Codable, Sendable, CaseIterable {
    case queued
    case ordered
    case accepted
    case installing
    case rebooting
    case verifying
    case succeeded
    case failed
    /// The agent would not do it at that time; what it would do at no time has failed.
    case refused
    /// Accepted, and not ended by its deadline.
    case timedOut
    /// Not begun, or ended before its time, because of an abort.
    case cancelled
    /// Not begun before the window's cutoff.
    case missedWindow
    /// Ordered, and never heard of.
    case unknown

    package var isTerminal: Bool { rawValue >= Self.succeeded.rawValue }
    /// It has an order.
    package var isInFlight: Bool { self != .queued && !isTerminal }

    /// Its host has accepted the order and has not ended.
    package var isRunning: Bool { isInFlight && self != .ordered }

    package var name: String {
        switch self {
        case .queued: "queued"
        case .ordered: "ordered"
        case .accepted: "accepted"
        case .installing: "installing"
        case .rebooting: "rebooting"
        case .verifying: "verifying"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .refused: "refused"
        case .timedOut: "timed-out"
        case .cancelled: "cancelled"
        case .missedWindow: "missed-window"
        case .unknown: "unknown"
        }
    }
}
