package import Time

/// When something happens, in the words of SSM: `cron(…)`, `rate(…)` or `at(…)`.
///
/// The dialect is that of SSM's maintenance windows ("Reference: Cron and rate expressions for Systems Manager").
package enum ScheduleExpression: Equatable, Sendable {
    case cron(CronExpression)
    /// Every so many seconds of elapsed time.
    case rate(seconds: Int64)
    /// Once, when clocks show this time.
    case at(WallTime)

    /// What SSM allows.
    private static let longest = 256

    package init(_ text: String) throws(ScheduleError) {
        guard text.utf8.count <= Self.longest else {
            throw ScheduleError("a schedule of \(text.utf8.count) bytes is too long: expected \(Self.longest) at most")
        }
        guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else {
            throw ScheduleError("`\(text)` is not a schedule: expected cron(…), rate(…) or at(…)")
        }
        let body = String(text[text.index(after: open)...].dropLast())
        switch text[..<open] {
        case "cron": self = .cron(try CronExpression(body))
        case "rate": self = .rate(seconds: try Self.rate(body))
        case "at": self = .at(try Self.at(body))
        default: throw ScheduleError("`\(text)` is not a schedule: expected cron(…), rate(…) or at(…)")
        }
    }

    /// The first occurrence after the moment; nil when there is none any more.
    ///
    /// Wall-clock times that clocks skip occur at the first moment after the gap; those that they show twice occur once, the first time.
    ///
    /// - Parameter anchor: the first occurrence of a rate.
    package func next(
        after moment: Timestamp,
        in zone: Zone,
        anchor: Timestamp = Timestamp(microseconds: 0)
    ) -> Timestamp? {
        switch self {
        case .rate(let seconds):
            guard moment >= anchor else { return anchor }
            let count = (moment - anchor).components.seconds / seconds + 1
            let next = anchor + .seconds(count * seconds)
            return next > moment ? next : nil
        case .at(let wall):
            let occurrence = zone.moment(of: wall)
            return occurrence > moment ? occurrence : nil
        case .cron(let cron):
            // What clocks have shown by then is over, whether they show it again or not.
            let earliest = WallTime(seconds: zone.latestWallTime(by: moment).seconds + 1)
            return cron.first(from: earliest).map(zone.moment)
        }
    }

    // MARK: - Steps

    private static func rate(_ body: String) throws(ScheduleError) -> Int64 {
        let units: [Substring: Int64] = ["minute": 60, "hour": 3_600, "day": 86_400]
        let words = body.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, let number = Int64(words[0]), (1...1_000_000).contains(number) else {
            throw ScheduleError(
                "`rate(\(body))` is not a rate: expected a number from 1 to 1000000 and a unit such as rate(7 days)"
            )
        }
        let unit = number == 1 ? words[1] : words[1].hasSuffix("s") ? words[1].dropLast() : ""
        guard let seconds = units[unit] else {
            throw ScheduleError(
                "`rate(\(body))` has no such unit: expected minute, hour or day after 1, minutes, hours or days otherwise"
            )
        }
        return number * seconds
    }

    private static func at(_ body: String) throws(ScheduleError) -> WallTime {
        guard body.utf8.count == 19, let time = WallTime(body) else {
            throw ScheduleError("`at(\(body))` is not a time: expected at(YYYY-MM-DDThh:mm:ss)")
        }
        return time
    }
}
