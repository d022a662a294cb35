import Foundation
import Scheduling
import Testing
import Time

@Suite("A zone")
struct ZoneTests {
    @Test("It shows what Foundation says, in every zone, before and after each change and in between")
    func offsets() throws {
        var random = SplitMix64(seed: 1)
        for name in TimeZone.knownTimeZoneIdentifiers {
            let (zone, other) = (try Zone(name), try #require(TimeZone(identifier: name)))
            var moments = (0..<20).map { _ in Int64.random(in: 0..<7_258_000_000, using: &random) }
            for start in moments.prefix(8) {
                let change = other.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(start)))
                if let change { moments += [-1, 0, 1].map { Int64(change.timeIntervalSince1970) + $0 } }
            }
            for seconds in moments where seconds < 7_258_000_000 {
                let shown = zone.localTime(at: Timestamp(microseconds: seconds * 1_000_000 + 999_999))
                let expected = other.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
                try #require(shown.offsetSeconds == Int64(expected), "\(name) at \(seconds)")
                try #require(shown.wallTime.seconds == seconds + Int64(expected), "\(name) at \(seconds)")
            }
        }
    }

    @Test("Local times carry their offset")
    func localTimes() throws {
        for (zone, expected) in [
            ("Europe/Berlin", "2026-12-20T18:30:00+01:00"), ("UTC", "2026-12-20T17:30:00+00:00"),
            ("America/St_Johns", "2026-12-20T14:00:00-03:30"), ("Pacific/Chatham", "2026-12-21T07:15:00+13:45"),
        ] {
            #expect(try Zone(zone).localTime(at: moment("2026-12-20T17:30:00Z")).description == expected)
        }
    }

    @Test("A wall-clock time is read with seconds, without them or as a date")
    func wallTimes() throws {
        #expect(try wall("2026-12-20").description == "2026-12-20T00:00:00")
        #expect(try wall("2026-12-20T18:30").description == "2026-12-20T18:30:00")
        #expect(try wall("2026-12-20T18:30:05").secondOfDay == 66_605)
        #expect(try wall("2026-12-20").weekday == .sunday)
        for text in ["2026-12-32", "2026-12-20 18:30", "2026-12-20T18:30:05Z", "2026-12-20T18:30+01", "20261220", ""] {
            #expect(WallTime(text) == nil, "\(text)")
        }
    }
}
