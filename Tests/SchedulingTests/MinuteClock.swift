import Foundation
import Testing

/// What clocks of a zone show minute after minute, straight from Foundation; minutes are counted from 1970.
///
/// From 1975 on, clocks are changed at quarters of an hour of UTC and by whole minutes.
struct MinuteClock {
    private let zone: TimeZone
    private var quarter = Int.min
    private var offset = 0
    /// The latest minute that clocks have shown.
    private(set) var latest: Int

    /// - Parameter minute: before the first that is looked at.
    init(_ name: String, before minute: Int) throws {
        zone = try #require(TimeZone(identifier: name))
        latest = .min
        // What was shown in the day before is no news when it is shown again.
        for earlier in stride(from: minute - 26 * 60, to: minute, by: 1) { latest = max(latest, shown(at: earlier)) }
    }

    mutating func shown(at minute: Int) -> Int {
        if minute / 15 != quarter {
            quarter = minute / 15
            offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(quarter * 900))) / 60
        }
        return minute + offset
    }

    /// The minutes that the clock shows or skips at this one, none of which it has shown before.
    mutating func news(at minute: Int) -> Range<Int> {
        let shown = shown(at: minute)
        guard shown > latest else { return shown..<shown }
        defer { latest = shown }
        return latest + 1..<shown + 1
    }

    /// A minute shortly before clocks are changed, if they ever are again.
    static func beforeChange(_ name: String, after minute: Int) throws -> Int? {
        let zone = try #require(TimeZone(identifier: name))
        let next = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(minute * 60)))
        return next.map { Int($0.timeIntervalSince1970) / 60 }
    }
}
