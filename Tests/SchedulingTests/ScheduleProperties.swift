import Foundation
import Scheduling
import Testing
import Time

/// SCHEDULE_SEED=n plays one case again; SCHEDULE_YEARS=n makes every case look at each minute of so many years.
@Suite("A random cron expression")
struct ScheduleProperties {
    private static let zones = TimeZone.knownTimeZoneIdentifiers.sorted() + ["UTC", "Etc/GMT+12", "Etc/GMT-14"]
    private static let day = 1_440
    private static let year = 366 * day

    @Test("It occurs in every zone when a look at each minute says so", arguments: 0..<16)
    func zones(part: Int) throws {
        let days = Environment.number("SCHEDULE_YEARS").map { $0 * 366 } ?? 7
        var count = 0
        for seed in stride(from: part, to: Self.zones.count, by: 16) where Environment.isWanted(seed: seed) {
            var random = SplitMix64(seed: UInt64(seed))
            let zone = Self.zones[seed % Self.zones.count]
            let start = try Self.start(zone, &random)
            let daysOften = Int.random(in: 0...3, using: &random) > 0
            count += try Self.check(zone, start..<start + days * Self.day, daysOften: daysOften, seed, &random)
        }
        #expect(count > 50 || Environment.number("SCHEDULE_SEED") != nil, "there was little to compare")
    }

    @Test("It occurs over years when a look at each minute says so", arguments: 1_000..<1_008)
    func years(seed: Int) throws {
        guard Environment.isWanted(seed: seed) else { return }
        var random = SplitMix64(seed: UInt64(seed))
        let zone = try random.one(of: Self.zones)
        let start = Int.random(in: 6 * Self.year..<200 * Self.year, using: &random)
        _ = try Self.check(zone, start..<start + 2 * Self.year, daysOften: false, seed, &random)
    }

    @Test("It names the days that a look at each day of some years names", arguments: 2_000..<2_008)
    func days(part: Int) throws {
        for seed in stride(from: part, to: 2_200, by: 8) where Environment.isWanted(seed: seed) {
            var random = SplitMix64(seed: UInt64(seed))
            var cron = try RandomCron(midnightsUsing: &random)
            let first = Int.random(in: 6 * Self.year..<200 * Self.year, using: &random) / Self.day
            let expected = (first..<first + 1_000).map { $0 * Self.day }.filter { cron.names($0) }
            let (expression, zone) = (try ScheduleExpression(cron.text), try Zone("UTC"))
            let found = try Self.occurrences(in: first * Self.day..<(first + 1_000) * Self.day) {
                expression.next(after: $0, in: zone)
            }
            #expect(found == expected, "SCHEDULE_SEED=\(seed): \(cron.text) from day \(first)")
        }
    }

    // MARK: - Steps

    /// From 1976 to 2170; often shortly before clocks are changed, a leap day or the end of a year.
    private static func start(_ zone: String, _ random: inout SplitMix64) throws -> Int {
        let start = Int.random(in: 6 * Self.year..<200 * Self.year, using: &random)
        let before = Int.random(in: 0..<3 * Self.day, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0, 1: return (try MinuteClock.beforeChange(zone, after: start) ?? start) - before
        case 2:
            let year = CivilDate(daysSince1970: Int64(start / Self.day)).year
            let isLeapDay = Bool.random(using: &random)
            let date = CivilDate(year: isLeapDay ? year / 4 * 4 : year, month: isLeapDay ? 3 : 1, day: 2)
            return Int(date.daysSince1970) * Self.day - before
        default: return start
        }
    }

    /// How often it occurs.
    private static func check(
        _ zoneName: String,
        _ minutes: Range<Int>,
        daysOften: Bool,
        _ seed: Int,
        _ random: inout SplitMix64
    ) throws -> Int {
        var cron = try RandomCron(using: &random, daysOften: daysOften)
        let (expression, zone) = (try ScheduleExpression(cron.text), try Zone(zoneName))
        let comment = "SCHEDULE_SEED=\(seed): \(cron.text) in \(zoneName) from minute \(minutes.lowerBound)"
        let expected = try cron.occurrences(in: minutes, zoneName)
        let found = try occurrences(in: minutes) { expression.next(after: $0, in: zone) }
        let difference = found.difference(from: expected).map { "\($0)" }.prefix(3)
        try #require(difference.isEmpty, "\(comment): \(difference)")
        // One after the other does not ask from within an hour that clocks show again.
        let change = try MinuteClock.beforeChange(zoneName, after: minutes.lowerBound) ?? minutes.lowerBound
        for _ in 0..<20 {
            let isNearChange = minutes.contains(change) && Bool.random(using: &random)
            let minute =
                isNearChange ? change + .random(in: -90...150, using: &random) : .random(in: minutes, using: &random)
            let moment = Timestamp(
                microseconds: Int64(minute) * 60_000_000 + .random(in: 0..<60_000_000, using: &random)
            )
            guard let next = expected.first(where: { $0 > minute }), minutes.contains(minute) else { continue }
            let found = expression.next(after: moment, in: zone)
            try #require(found == Timestamp(microseconds: Int64(next) * 60_000_000), "\(comment) after \(moment)")
        }
        return expected.count
    }

    /// Asked for one after the other, from somewhere in the minute before on.
    private static func occurrences(in minutes: Range<Int>, next: (Timestamp) -> Timestamp?) throws -> [Int] {
        var found: [Int] = []
        var moment = Timestamp(microseconds: Int64(minutes.lowerBound) * 60_000_000 - 30_000_000)
        while let occurrence = next(moment), occurrence.microseconds < Int64(minutes.upperBound) * 60_000_000 {
            try #require(occurrence > moment && occurrence.microseconds % 60_000_000 == 0)
            found.append(Int(occurrence.microseconds / 60_000_000))
            moment = occurrence
        }
        return found
    }
}
