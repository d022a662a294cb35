package import Time

extension Timestamp {
    /// To the second, as tables show it: `2026-11-23T08:00:00Z`, or `2026-11-23T09:00:00+01:00` in ``DisplayZone/current``.
    package var toTheSecond: String {
        let offset = DisplayZone.current.offset(wholeSeconds)
        guard offset != 0 else { return inUTC }
        let local = Timestamp(microseconds: (wholeSeconds + Int64(offset)) * 1_000_000).description.dropLast()
        let minutes = abs(offset) / 60
        return "\(local)\(offset < 0 ? "-" : "+")\(Self.twoDigits(minutes / 60)):\(Self.twoDigits(minutes % 60))"
    }

    /// To the second in UTC, whatever zone is shown.
    package var inUTC: String { Timestamp(microseconds: wholeSeconds * 1_000_000).description }

    /// The time of day to the second: `08:00:00Z`.
    package var timeOfDay: String { String(toTheSecond.drop { $0 != "T" }.dropFirst()) }

    private var wholeSeconds: Int64 {
        let second = Int64(1_000_000)
        let past = microseconds % second
        return (microseconds - (past >= 0 ? past : past + second)) / second
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension Timestamp? {
    /// To the second, or a dash.
    package var toTheSecond: String { map(\.toTheSecond) ?? "-" }

    /// To the second in UTC, or a dash.
    package var inUTC: String { map(\.inUTC) ?? "-" }
}
