import Time

/// The events of one kind in one hour of the clock.
struct EventHour: Codable, Equatable, Sendable {
    let hour: Int64
    let count: Int

    /// With the one at `moment`.
    init(_ moment: Timestamp, after last: EventHour?) {
        hour = moment.microseconds / 3_600_000_000
        count = last?.hour == hour ? (last?.count ?? 0) + 1 : 1
    }
}
