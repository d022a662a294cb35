import Domain
package import Time

/// When work may start on a site: in its window, with time enough, touching no business hours and no freeze.
///
/// Deny beats allow.
package struct WorkCalendar: Sendable {
    /// How far ahead the next start is looked for: two years.
    package static let horizon = Duration.seconds(2 * 366 * 86_400)

    private let window: WindowCalendar
    private let site: Site

    package init(window: WindowCalendar, site: Site) {
        self.window = window
        self.site = site
    }

    /// Whether an install or a reboot may start at the moment.
    ///
    /// - Parameter expected: how long the work is expected to take; all of it has to fit. Work without length takes a microsecond.
    package func decision(on expected: Duration, at moment: Timestamp) -> StartDecision {
        let denials = denials(of: expected, at: moment)
        return denials.isEmpty ? .may : .mayNot(denials, next: firstStart(of: expected, from: moment))
    }

    /// The first moment, from the one given on, at which the work may start; nil when there is none within ``horizon``.
    ///
    /// The time that it takes grows with the windows, business hours and freezes that stand in the way.
    package func firstStart(of expected: Duration, from moment: Timestamp) -> Timestamp? {
        guard expected <= window.duration else { return nil }
        var candidate = moment
        let end = moment + Self.horizon
        while candidate < end, let occurrence = window.occurrence(at: candidate) {
            candidate = max(candidate, occurrence.opens)
            let work = Self.span(of: expected, from: candidate)
            // What is denied is denied until its end: whatever starts before that touches it too.
            if let free = site.denials(of: work).compactMap(\.end).max() {
                candidate = free
            } else if work.upperBound <= occurrence.closes {
                return candidate < end ? candidate : nil
            } else {
                guard let next = window.next(after: candidate) else { return nil }
                candidate = next.opens
            }
        }
        return nil
    }

    // MARK: - Steps

    private func denials(of expected: Duration, at moment: Timestamp) -> [Denial] {
        let work = Self.span(of: expected, from: moment)
        return windowDenials(of: work) + site.denials(of: work)
    }

    private func windowDenials(of work: Range<Timestamp>) -> [Denial] {
        guard let open = window.open(at: work.lowerBound) else {
            return [.windowNotOpen(opens: window.next(after: work.lowerBound)?.opens)]
        }
        var denials: [Denial] = []
        if work.lowerBound >= open.cutoff { denials.append(.pastCutoff(open.cutoff)) }
        if work.upperBound > open.closes { denials.append(.wouldNotEndInTime(closes: open.closes)) }
        return denials
    }

    private static func span(of expected: Duration, from moment: Timestamp) -> Range<Timestamp> {
        moment..<max(moment + expected, moment + .microseconds(1))
    }
}

/// Whether work may start.
package enum StartDecision: Equatable, Sendable {
    case may
    /// Every reason that holds at the moment, and when none holds any more; nil when that is not within ``WorkCalendar/horizon``.
    case mayNot([Denial], next: Timestamp?)
}

extension Denial {
    /// When what the site denies ends; nil for what the window denies.
    fileprivate var end: Timestamp? {
        switch self {
        case .businessHours(let end), .freeze(_, _, let end): end
        case .windowNotOpen, .pastCutoff, .wouldNotEndInTime: nil
        }
    }
}
