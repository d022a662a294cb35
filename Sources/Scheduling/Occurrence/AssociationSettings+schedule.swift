package import Domain
package import Time

/// Narrower than those of maintenance windows (ssm-semantics §6.2).
extension AssociationSettings: ScheduledSettings {
    package static let shortestPeriod = Duration.seconds(1_800)
    private static let longestRateSeconds: Int64 = 31 * 86_400

    package func occurrences(created: Timestamp) throws(ScheduleError) -> WindowSchedule? {
        guard let text = scheduleExpression else {
            guard scheduleOffset == nil, applyOnlyAtCronInterval != true else {
                throw ScheduleError("without a schedule it runs when it is made or changed alone: give one")
            }
            return nil
        }
        let expression = try ScheduleExpression(text)
        if case .rate(let seconds) = expression {
            guard applyOnlyAtCronInterval != true else {
                throw ScheduleError("ApplyOnlyAtCronInterval is for cron(…) and at(…) alone: leave it out")
            }
            guard seconds <= Self.longestRateSeconds else {
                throw ScheduleError("`\(text)` is out of range: expected from 30 minutes to 31 days")
            }
        }
        guard scheduleOffset == nil || applyOnlyAtCronInterval == true else {
            throw ScheduleError("a schedule offset needs ApplyOnlyAtCronInterval")
        }
        return try WindowSchedule(expression, zone: try Zone("UTC"), offsetDays: scheduleOffset, created: created)
    }
}
