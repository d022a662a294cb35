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

    /// The UTC day, counted from 1970-01-01.
    package var day: Int64 {
        let microsecondsOfDay: Int64 = 86_400_000_000
        let day = microseconds / microsecondsOfDay
        return microseconds % microsecondsOfDay < 0 ? day - 1 : day
    }
}

extension Timestamp: Codable {
    /// An encoder with this key in its `userInfo` writes ISO 8601, for people; without it, the integer.
    package static let asText = CodingUserInfoKey(rawValue: "ringmaster.timestamps-as-text")

    /// Reads both forms.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let microseconds = try? container.decode(Int64.self) {  // not an integer: the text form is tried
            self.microseconds = microseconds
            return
        }
        let text = try container.decode(String.self)
        guard let moment = Self(iso8601: text) else {
            let reason = "not an ISO 8601 time with a zone: \(text)"
            throw DecodingError.dataCorruptedError(in: container, debugDescription: reason)
        }
        self = moment
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let key = Self.asText, encoder.userInfo[key] != nil {
            try container.encode(description)
        } else {
            try container.encode(microseconds)
        }
    }
}
