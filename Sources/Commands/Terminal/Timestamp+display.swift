package import Time

extension Timestamp {
    /// To the second, as tables show it: `2026-11-23T08:00:00Z`.
    package var toTheSecond: String {
        let second = Int64(1_000_000)
        let past = microseconds % second
        return Timestamp(microseconds: microseconds - (past >= 0 ? past : past + second)).description
    }

    /// The time of day to the second: `08:00:00Z`.
    package var timeOfDay: String { String(toTheSecond.drop { $0 != "T" }.dropFirst()) }
}

extension Timestamp? {
    /// To the second, or a dash.
    package var toTheSecond: String { map(\.toTheSecond) ?? "-" }
}
