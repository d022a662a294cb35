import Scheduling
import Testing
import Time

@Suite("A random cron expression")
struct ScheduleProperties {
    @Test("Its next occurrence is the first minute that a scan of every minute finds", arguments: 1...80)
    func bruteForce(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let zoneName = try #require(
            ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"].randomElement(
                using: &random
            )
        )
        let zone = try Zone(zoneName)
        let cron = RandomCron(using: &random)
        let expression = try ScheduleExpression(cron.text)
        // Around the days on which clocks change, where it is difficult.
        let starts: [Int64] = [
            1_804_896_000, 1_806_105_600, 1_806_710_400, 1_822_435_200, 1_824_854_400, 1_825_459_200,
        ]
        let start = try #require(starts.randomElement(using: &random)) + Int64.random(in: 0..<172_800, using: &random)
        let moment = Timestamp(microseconds: start * 1_000_000 + Int64.random(in: 0..<1_000_000, using: &random))
        let comment = "seed \(seed): \(cron.text) in \(zoneName) after \(moment)"

        let found = expression.next(after: moment, in: zone)
        if let found { #expect(found > moment, "\(comment)") }
        let horizon = moment + .seconds(9 * 86_400)
        let expected = cron.firstByScanning(after: moment, until: horizon, in: zone)
        #expect(found.flatMap { $0 < horizon ? $0 : nil } == expected, "\(comment)")
    }
}

/// A cron expression together with an independent reading of it.
private struct RandomCron {
    let text: String
    private let minutes: Set<Int64>
    private let hours: Set<Int64>
    private let weekDays: Set<Int64>

    init(using random: inout SplitMix64) {
        let step = [7, 15, 30].randomElement(using: &random) ?? 7
        let hour = Int64.random(in: 0...4, using: &random)
        let first = Int64.random(in: 1...7, using: &random)
        let last = Int64.random(in: first...7, using: &random)
        text = "cron(0/\(step) \(hour)-\(hour + 1) ? * \(first)-\(last) *)"
        minutes = Set(stride(from: Int64(0), to: 60, by: step))
        hours = [hour, hour + 1]
        weekDays = Set(first...last)
    }

    /// Reads the wall clock minute after minute: a match counts when the clock shows it for the first time, and a matching
    /// minute that the clock skips counts when it has skipped it.
    func firstByScanning(after moment: Timestamp, until horizon: Timestamp, in zone: Zone) -> Timestamp? {
        let floor = moment.microseconds / 60_000_000
        // What was shown in the three hours before is no news when it is shown again.
        var latest = (-180...0).map { wall(floor + $0, zone) }.max() ?? 0
        var minute = floor + 1
        while minute * 60_000_000 < horizon.microseconds {
            let shown = wall(minute, zone)
            if shown > latest {
                if (latest + 1...shown).contains(where: matches) {
                    return Timestamp(microseconds: minute * 60_000_000)
                }
                latest = shown
            }
            minute += 1
        }
        return nil
    }

    private func wall(_ minute: Int64, _ zone: Zone) -> Int64 {
        zone.wallSeconds(at: Timestamp(microseconds: minute * 60_000_000)) / 60
    }

    private func matches(_ wallMinute: Int64) -> Bool {
        minutes.contains(wallMinute % 60) && hours.contains(wallMinute / 60 % 24)
            && weekDays.contains((wallMinute / 1_440 + 4) % 7 + 1)
    }
}

/// Deterministic random numbers: a seed in a failure's message plays it again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
