package import Time

/// How long a matching patch waits for its approval.
///
/// By whole UTC days, as SSM documents it (ssm-semantics §2.2): with seven days, all that is dated up to the end of the day seven days ago
/// is approved.
package enum ApprovalDelay: Codable, Equatable, Sendable {
    /// SSM's ApproveAfterDays.
    case days(Int)
    /// SSM's ApproveUntilDate: what is dated later is never approved.
    case until(CivilDate)

    /// SSM's limits of the days.
    package static let days = 0...360

    package enum Verdict: Equatable, Sendable {
        case approved
        /// From the beginning of this UTC day on.
        case waits(until: CivilDate)
        /// It is dated after the day until which patches are approved.
        case tooLate
        /// Nobody knows its date, so no delay has ever passed.
        case undated
    }

    /// - Parameter date: what it counts from; nil when that is unknown.
    package func verdict(on date: Timestamp?, at now: Timestamp) -> Verdict {
        switch self {
        case .days(0): return .approved
        case .days(let count):
            guard let date else { return .undated }
            let due = date.day + Int64(count)
            return due <= now.day ? .approved : .waits(until: CivilDate(daysSince1970: due))
        case .until(let last):
            guard let date else { return .undated }
            return date.day <= last.daysSince1970 ? .approved : .tooLate
        }
    }
}

/// What the delay counts from.
package enum DelayOrigin: String, Codable, Sendable, CaseIterable {
    /// The vendor's date of the advisory: SSM's only one.
    case advisory
    /// When a host of the fleet was first offered the version.
    case firstSeen = "first-seen"
    /// The date of the index that offers it.
    case index
}
