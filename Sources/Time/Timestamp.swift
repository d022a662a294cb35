/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// It is what a PostgreSQL `timestamptz` holds, to the bit. On the wire and in events it is that integer.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// The moment `duration` later; clamped at the ends of the representable range.
    package static func + (moment: Self, duration: Duration) -> Self {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (delta, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        let (sum, exceeded) = moment.microseconds.addingReportingOverflow(delta)
        guard !overflow, !carried, !exceeded else {
            return Self(microseconds: duration < .zero ? .min : .max)
        }
        return Self(microseconds: sum)
    }

    package static func - (moment: Self, duration: Duration) -> Self { moment + (Duration.zero - duration) }

    /// The time from `earlier` to `moment`; negative when `earlier` is later.
    package static func - (moment: Self, earlier: Self) -> Duration {
        .microseconds(moment.microseconds) - .microseconds(earlier.microseconds)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}
