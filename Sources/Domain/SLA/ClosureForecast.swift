package import Time

/// Whether a finding will be closed in time as things are planned.
package enum ClosureForecast: Equatable, Sendable {
    /// In this window, which closes in time.
    case closes(in: WindowOccurrence)
    /// It is accepted for now.
    case waived(until: Timestamp)
    case misses(Reason)

    package enum Reason: Equatable, Sendable {
        /// None is planned.
        case noWindow
        /// The first that could close it ends too late.
        case windowTooLate(WindowOccurrence)
        /// The baseline approves it from this UTC day on, too late for the windows that are in time; the first one after that day, if any is planned.
        case waitsForApproval(until: CivilDate, next: WindowOccurrence?)
        /// By this entry of the rejected list.
        case rejected(by: String)
        case notApproved(Judgement.Obstacle)
        /// Something on the host keeps it out.
        case obstructed(PatchObstacle)
        /// No repository of the host offers a version with the fix.
        case notOffered
    }

    /// The forecast for one finding.
    ///
    /// A window counts while something can still start in it, and is in time when it closes by what is due: nobody knows earlier whether
    /// the host's turn has come.
    ///
    /// - Parameters:
    ///   - clock: of the finding.
    ///   - judgement: the baseline's on the version that would close it; nil when the host is offered none.
    ///   - obstacle: what keeps it out on the host; nil when nothing does.
    ///   - windows: the coming ones in which the host is patched, in any order.
    package init(
        of clock: SLAClock,
        judgement: Judgement?,
        obstacle: PatchObstacle? = nil,
        windows: [WindowOccurrence],
        at now: Timestamp
    ) {
        if let end = clock.waivedUntil(at: now) {
            self = .waived(until: end)
            return
        }
        guard let judgement else {
            self = .misses(.notOffered)
            return
        }
        let windows = windows.sorted { ($0.closes, $0.opens) < ($1.closes, $1.opens) }
        switch (judgement, obstacle) {
        case (.rejected(let entry), _): self = .misses(.rejected(by: entry))
        case (.notApproved(let obstacle), _): self = .misses(.notApproved(obstacle))
        case (_, let obstacle?): self = .misses(.obstructed(obstacle))
        case (.approved, nil): self = Self.next(of: windows, from: now, for: clock)
        case (.waits(let day, _), nil):
            let approvedAt = max(now, day.beginning)
            let forecast = Self.next(of: windows, from: approvedAt, for: clock)
            guard case .misses = forecast, case .closes = Self.next(of: windows, from: now, for: clock) else {
                self = forecast
                return
            }
            self = .misses(.waitsForApproval(until: day, next: windows.first { $0.cutoff > approvedAt }))
        }
    }

    /// - Parameter windows: sorted by their closing.
    private static func next(of windows: [WindowOccurrence], from moment: Timestamp, for clock: SLAClock) -> Self {
        guard let window = windows.first(where: { $0.cutoff > moment }) else { return .misses(.noWindow) }
        guard let due = clock.dueAt, window.closes > due else { return .closes(in: window) }
        return .misses(.windowTooLate(window))
    }
}
