package import Time

/// One reason why work may not start at a moment.
package enum Denial: Equatable, Sendable {
    /// nil: it never opens again.
    case windowNotOpen(opens: Timestamp?)
    /// The window is open, but nothing new starts in it since its cutoff.
    case pastCutoff(Timestamp)
    /// The window closes before the work is expected to end.
    case wouldNotEndInTime(closes: Timestamp)
    /// The work would touch business hours, which end then.
    case businessHours(until: Timestamp)
    /// The work would touch a freeze, which ends then.
    case freeze(name: String, reason: String, until: Timestamp)

    /// The reason for people, with times as the clocks of the zone show them.
    package func text(in zone: Zone) -> String {
        func local(_ moment: Timestamp) -> String {
            moment == .never ? "further notice" : "\(zone.localTime(at: moment))"
        }
        return switch self {
        case .windowNotOpen(let opens?): "the window is not open: it opens at \(local(opens))"
        case .windowNotOpen(nil): "the window is not open and never opens again"
        case .pastCutoff(let cutoff): "past the window's cutoff, which was at \(local(cutoff))"
        case .wouldNotEndInTime(let closes): "would not end in time: the window closes at \(local(closes))"
        case .businessHours(let end): "business hours until \(local(end))"
        case .freeze(let name, let reason, let end):
            "freeze \(name) until \(local(end))" + (reason.isEmpty ? "" : ": \(reason)")
        }
    }
}

extension Timestamp {
    /// The end of what does not end.
    static let never = Timestamp(microseconds: .max)
}
