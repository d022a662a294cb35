/// What clocks show at a moment, and how far that is from UTC.
package struct LocalTime: Hashable, Sendable, CustomStringConvertible {
    package let wallTime: WallTime
    /// What was added to UTC.
    package let offsetSeconds: Int64

    /// ISO 8601 with the offset, as in `2026-12-20T18:00:00+01:00`; its seconds are left out.
    package var description: String {
        let minutes = offsetSeconds.magnitude / 60
        let digits = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(wallTime)\(offsetSeconds < 0 ? "-" : "+")\(digits)"
    }
}
