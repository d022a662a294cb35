package import Time

/// How long a finding has been open under a policy, and how long it may be.
package struct SLAClock: Equatable, Sendable {
    /// How near its end it is called due soon.
    package static let soon = Duration.seconds(72 * 3_600)

    package enum State: String, Codable, Sendable, CaseIterable {
        case within
        case dueSoon = "due-soon"
        case breached
        /// A waiver is in force.
        case waived
    }

    package let startedAt: Timestamp
    /// The last moment in time; nil for a severity without a limit.
    ///
    /// While a waiver is in force it is what will be due if the waiver stays until its end.
    package let dueAt: Timestamp?
    private let pauses: [Range<Timestamp>]

    /// The clock of a finding, which starts with the vendor's publication and which only waivers pause.
    ///
    /// A publication that is unknown, or later than the day we first knew of it, counts as that day: an edit starts nothing anew. The due
    /// date of a vulnerability that is known to be exploited is never moved.
    ///
    /// - Parameters:
    ///   - firstSeenAt: when the advisory was first imported.
    ///   - waivers: those that cover the finding; see ``Waiver/covers(_:on:)``.
    package init(
        _ advisory: AdvisoryFacts,
        firstSeenAt: Timestamp,
        under policy: SLAPolicy,
        waivers: [Waiver] = []
    ) {
        let started = min(advisory.releasedAt ?? firstSeenAt, firstSeenAt)
        let pauses = waivers.compactMap(\.term).sorted { $0.lowerBound < $1.lowerBound }
        let limit = policy.days(for: advisory.severity).map { days in
            Self.due(started + .seconds(days * Self.day), started: started, pauses)
        }
        // The catalogue names the last day, which is in time.
        let exploited = advisory.exploitedDueAt.map { $0 + .seconds(Self.day) }
        dueAt = [limit, exploited].compactMap(\.self).min()
        startedAt = started
        self.pauses = pauses
    }

    package func state(at now: Timestamp) -> State {
        guard waivedUntil(at: now) == nil else { return .waived }
        guard let dueAt else { return .within }
        if now > dueAt { return .breached }
        return dueAt - now <= Self.soon ? .dueSoon : .within
    }

    /// When the waivers in force end; nil when none is.
    package func waivedUntil(at now: Timestamp) -> Timestamp? {
        pauses.filter { $0.contains(now) }.map(\.upperBound).max()
    }

    // MARK: - Steps

    private static let day = 86_400

    /// Moves what is due by the time that pauses take; what was late before a pause stays late.
    private static func due(_ due: Timestamp, started: Timestamp, _ pauses: [Range<Timestamp>]) -> Timestamp {
        var (due, counted) = (due, started)
        for pause in pauses where pause.upperBound > counted {
            let begin = max(pause.lowerBound, counted)
            guard begin <= due else { break }
            due = due + (pause.upperBound - begin)
            counted = pause.upperBound
        }
        return due
    }
}
