package import Time

/// When a maintenance window opens: SSM's Schedule, ScheduleTimezone, ScheduleOffset, StartDate, EndDate and Enabled.
package struct WindowSchedule: Equatable, Sendable {
    private static let offsets = 1...6

    package let expression: ScheduleExpression
    package let zone: Zone
    /// Whole days from what the expression names to the opening, at the same wall-clock time.
    package let offsetDays: Int
    /// Before it nothing opens.
    package let startDate: Timestamp?
    /// From it on nothing opens.
    package let endDate: Timestamp?
    package let created: Timestamp
    package let isEnabled: Bool

    /// - Parameters:
    ///   - offsetDays: 1 to 6, for cron alone; nil for none.
    ///   - created: what a rate counts from without a later start date; days that were over by then are not shifted into the future.
    /// - Throws: for an offset or dates that are not allowed.
    package init(
        _ expression: ScheduleExpression,
        zone: Zone,
        offsetDays: Int? = nil,
        startDate: Timestamp? = nil,
        endDate: Timestamp? = nil,
        created: Timestamp = Timestamp(microseconds: 0),
        isEnabled: Bool = true
    ) throws(ScheduleError) {
        if let offsetDays {
            guard case .cron = expression else {
                throw ScheduleError("a schedule offset of \(offsetDays) days is for cron(…) alone: leave it out")
            }
            guard Self.offsets.contains(offsetDays) else {
                throw ScheduleError("a schedule offset of \(offsetDays) days is out of range: expected 1 to 6")
            }
        }
        if let startDate, let endDate, endDate <= startDate {
            throw ScheduleError("the end date \(endDate) is not after the start date \(startDate)")
        }
        self.expression = expression
        self.zone = zone
        self.offsetDays = offsetDays ?? 0
        self.startDate = startDate
        self.endDate = endDate
        self.created = created
        self.isEnabled = isEnabled
    }

    /// The first opening after the moment; nil when there is none any more.
    package func next(after moment: Timestamp) -> Timestamp? {
        guard isEnabled else { return nil }
        let last = max(moment, (startDate ?? moment) - .microseconds(1))
        guard let opening = opening(after: last), endDate.map({ opening < $0 }) ?? true else { return nil }
        return opening
    }

    // MARK: - Steps

    private func opening(after moment: Timestamp) -> Timestamp? {
        guard offsetDays > 0, case .cron(let cron) = expression else {
            return expression.next(after: moment, in: zone, anchor: max(created, startDate ?? created))
        }
        let shift = Int64(offsetDays) * 86_400
        let shown = max(zone.latestWallTime(by: moment).seconds - shift, zone.latestWallTime(by: created).seconds)
        guard let named = cron.first(from: WallTime(seconds: shown + 1)) else { return nil }
        return zone.moment(of: WallTime(seconds: named.seconds + shift))
    }
}
