package import Time

/// When something happens, in the words of SSM: `cron(…)`, `rate(…)` or `at(…)`.
package enum ScheduleExpression: Equatable, Sendable {
    case cron(CronExpression)
    /// Every so many seconds of elapsed time, counted from 1970-01-01T00:00:00Z.
    case rate(seconds: Int64)
    /// Once, at this wall-clock time.
    case at(wallSeconds: Int64)

    package init(_ text: String) throws(ScheduleError) {
        guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else {
            throw ScheduleError("`\(text)` is not a schedule: expected cron(…), rate(…) or at(…)")
        }
        let body = String(text[text.index(after: open)...].dropLast())
        switch text[..<open] {
        case "cron": self = .cron(try CronExpression(body))
        case "rate": self = .rate(seconds: try Self.rate(body))
        case "at": self = .at(wallSeconds: try Self.at(body))
        default: throw ScheduleError("`\(text)` is not a schedule: expected cron(…), rate(…) or at(…)")
        }
    }

    /// The first occurrence after the moment; nil when there is none any more.
    package func next(after moment: Timestamp, in zone: Zone) -> Timestamp? {
        switch self {
        case .rate(let seconds):
            let elapsed = moment.wholeSeconds % seconds
            return Timestamp(seconds: moment.wholeSeconds - elapsed + (elapsed < 0 ? 0 : seconds))
        case .at(let wall):
            let occurrence = zone.moment(ofWallSeconds: wall)
            return occurrence > moment ? occurrence : nil
        case .cron(let cron):
            var wall = zone.wallSeconds(at: moment)
            while let candidate = cron.first(from: wall) {
                let occurrence = zone.moment(ofWallSeconds: candidate)
                if occurrence > moment { return occurrence }
                wall = candidate + 60
            }
            return nil
        }
    }

    // MARK: - Steps

    private static func rate(_ body: String) throws(ScheduleError) -> Int64 {
        let units: [Substring: Int64] = ["minute": 60, "hour": 3_600, "day": 86_400]
        let words = body.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, let number = Int64(words[0]), (1...1_000_000).contains(number) else {
            throw ScheduleError("`rate(\(body))` is not a rate: expected a number and a unit such as rate(7 days)")
        }
        let unit = number == 1 ? words[1] : words[1].hasSuffix("s") ? words[1].dropLast() : ""
        guard let seconds = units[unit] else {
            throw ScheduleError(
                "`rate(\(body))` has no such unit: expected minute, hour or day after 1, minutes, hours or days otherwise"
            )
        }
        return number * seconds
    }

    private static func at(_ body: String) throws(ScheduleError) -> Int64 {
        guard body.utf8.count == 19, body.contains("T"), let moment = Timestamp(iso8601: body + "Z") else {
            throw ScheduleError("`at(\(body))` is not a time: expected at(YYYY-MM-DDThh:mm:ss)")
        }
        return moment.wholeSeconds
    }
}
