package import Time

/// When a maintenance window opens, in whose time, for how long, and when it is too late to start.
package struct WindowRule: Codable, Equatable, Sendable {
    package var opens: Opening
    package var zone: Zone
    /// Elapsed time from opening to closing.
    package var durationSeconds: Int
    /// How long before the closing nothing new starts any more; less than the duration.
    package var cutoffSeconds: Int
    /// SSM's ScheduleOffset: days from what the schedule names to the opening; nil for none.
    package var offsetDays: Int?
    /// Kinds of patch groups in order, such as `Ubuntu22`: the window of each opens a day after that of the one before.
    ///
    /// So hosts of two kinds never reboot in one night. nil when all open at once.
    package var stagger: [String]?
    /// Before it nothing opens.
    package var startDate: Timestamp?
    /// From it on nothing opens.
    package var endDate: Timestamp?

    package enum Opening: Codable, Equatable, Sendable, CustomStringConvertible {
        /// The moment the lane is opened.
        case now
        /// A schedule expression: `cron(…)`, `rate(…)` or `at(…)`.
        case schedule(String)
        /// The policy's window of this name, whose rule takes this one's place when a cycle starts.
        case policy(String)

        package var description: String {
            switch self {
            case .now: "now"
            case .schedule(let expression): expression
            case .policy(let name): "the policy's window \(name)"
            }
        }
    }

    package enum Zone: Codable, Equatable, Sendable {
        /// That of the lane's site.
        case site
        /// An IANA name.
        case named(String)
    }

    package init(
        opens: Opening,
        zone: Zone,
        durationSeconds: Int,
        cutoffSeconds: Int,
        offsetDays: Int? = nil,
        stagger: [String]? = nil,
        startDate: Timestamp? = nil,
        endDate: Timestamp? = nil
    ) {
        self.opens = opens
        self.zone = zone
        self.durationSeconds = durationSeconds
        self.cutoffSeconds = cutoffSeconds
        self.offsetDays = offsetDays
        self.stagger = stagger
        self.startDate = startDate
        self.endDate = endDate
    }

    /// How many days the opening for nodes of the patch group is after what the schedule names.
    package func offsetDays(forPatchGroup group: String) -> Int {
        (offsetDays ?? 0) + (stagger?.firstIndex(of: PatchGroup.kind(of: group)) ?? 0)
    }

    /// The occurrence that opens at that moment; of a window that opens at once, what there is of it before the end date.
    package func occurrence(opening: Timestamp) -> WindowOccurrence {
        let whole = WindowOccurrence(opening: opening, durationSeconds: durationSeconds, cutoffSeconds: cutoffSeconds)
        guard opens == .now, let endDate else { return whole }
        return WindowOccurrence(opens: opening, cutoff: min(whole.cutoff, endDate), closes: min(whole.closes, endDate))
    }
}
