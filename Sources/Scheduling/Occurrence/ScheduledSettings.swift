package import Domain
package import Time

/// What people set on something that occurs by a schedule of SSM's.
package protocol ScheduledSettings: Sendable {
    /// SSM starts nothing more often.
    static var shortestPeriod: Duration { get }

    /// When it occurs; nil for what has no schedule.
    ///
    /// - Parameter created: when it was made, from which a rate counts.
    /// - Throws: what is wrong with it.
    func occurrences(created: Timestamp) throws(ScheduleError) -> WindowSchedule?
}

extension ScheduledSettings {
    fileprivate func check(created: Timestamp) throws(ScheduleError) {
        guard let schedule = try occurrences(created: created), let first = schedule.next(after: created),
            let second = schedule.next(after: first), second - first < Self.shortestPeriod
        else { return }
        let minutes = Self.shortestPeriod.components.seconds / 60
        throw ScheduleError("the schedule occurs more often than every \(minutes) minutes: choose a longer period")
    }
}

extension OccurrenceTiming where Settings: ScheduledSettings {
    /// The calendar of time zones.
    package static var calendar: Self {
        Self(
            problem: { settings, created in
                do throws(ScheduleError) {
                    try settings.check(created: created)
                    return nil
                } catch {
                    return "\(error)"
                }
            },
            next: { settings, created, moment in
                do throws(ScheduleError) {
                    return try settings.occurrences(created: created)?.next(after: moment)
                } catch {
                    // Settings were checked when they were taken; what time-zone data has since lost never occurs.
                    return nil
                }
            }
        )
    }
}
