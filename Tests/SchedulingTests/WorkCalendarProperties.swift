import Domain
import Foundation
import Scheduling
import Testing
import Time

/// SCHEDULE_SEED=n plays one case again; SCHEDULE_CASES=n plays so many.
@Suite("Work in a random site")
struct WorkCalendarProperties {
    private static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kolkata",
        "Africa/Casablanca", "America/Santiago",
    ]

    @Test(
        "It may start when a look at each minute says so",
        arguments: 1...(Environment.number("SCHEDULE_CASES") ?? 40)
    )
    func work(seed: Int) throws {
        guard Environment.isWanted(seed: seed) else { return }
        var random = SplitMix64(seed: UInt64(seed))
        let zone = try random.one(of: Self.zones)
        let anywhere = Int.random(in: 6 * 525_600..<100 * 525_600, using: &random)
        let start =
            (try MinuteClock.beforeChange(zone, after: anywhere) ?? anywhere)
            - Int.random(in: 0..<2_880, using: &random)
        let minutes = try SlowWorkCalendar(zone: zone, from: start, days: 12, using: &random)
        let calendar = try minutes.calendar()
        for _ in 0..<20 {
            let at = start + Int.random(in: 1_440..<6 * 1_440, using: &random)
            let expected = Int.random(in: 1...200, using: &random)
            let found = calendar.decision(
                on: .seconds(expected * 60),
                at: Timestamp(microseconds: Int64(at) * 60_000_000)
            )
            let comment = "SCHEDULE_SEED=\(seed): \(expected) minutes at \(at) of \(minutes.text)"
            try #require(minutes.agree(with: found, on: expected, at: at), "\(comment): \(found)")
        }
    }
}

/// Which minutes the window, business hours and freezes take, found by looking at every one.
private struct SlowWorkCalendar {
    private let zone: String
    private let from: Int
    private let cron: RandomCron
    private let durationMinutes: Int
    private let cutoffMinutes: Int
    private let spans: [BusinessHours.Span]
    private let freezes: [RandomFreeze]

    /// The opening of the occurrence that is open.
    private var opened: [Int?] = []
    private var isBusiness: [Bool] = []
    private var isFrozen: [[Bool]] = []

    init(zone: String, from: Int, days: Int, using random: inout SplitMix64) throws {
        (self.zone, self.from) = (zone, from)
        let minutes = from..<from + days * 1_440
        durationMinutes = Int.random(in: 30...600, using: &random)
        cutoffMinutes = Int.random(in: 0..<durationMinutes, using: &random)
        cron = try RandomCron(using: &random, daysOften: true)
        spans = try (0..<Int.random(in: 0...5, using: &random)).map { _ in try Self.span(&random) }
        freezes = (0..<Int.random(in: 0...2, using: &random)).map { RandomFreeze(number: $0, from, zone, &random) }

        var cron = cron
        let openings = Set(try cron.occurrences(in: minutes, zone))
        var clock = try MinuteClock(zone, before: from)
        var latest: Int?
        for minute in minutes {
            if openings.contains(minute) { latest = minute }
            opened.append(latest.flatMap { minute < $0 + durationMinutes ? $0 : nil })
            let shown = clock.shown(at: minute)
            isBusiness.append(spans.contains { Self.contains($0, shown) })
        }
        isFrozen = try freezes.map { try $0.minutes(minutes) }
    }

    var text: String {
        "\(cron.text) for \(durationMinutes) to \(cutoffMinutes) minutes in \(zone), business \(spans), freezes \(freezes)"
    }

    func calendar() throws -> WorkCalendar {
        let rule = WindowRule(
            opens: .schedule(cron.text),
            zone: .site,
            durationSeconds: durationMinutes * 60,
            cutoffSeconds: cutoffMinutes * 60
        )
        let freezes = try freezes.map { try $0.freeze() }
        let site = Site(name: zone, zone: try Zone(zone), businessHours: try BusinessHours(spans), freezes: freezes)
        return WorkCalendar(window: try WindowCalendar(rule, siteZone: zone), site: site)
    }

    func agree(with decision: StartDecision, on expected: Int, at minute: Int) -> Bool {
        let at = minute - from
        switch decision {
        case .may: return mayStart(expected, at)
        case .mayNot(let denials, let next):
            let last = opened.count - expected
            guard !mayStart(expected, at), denials == self.denials(expected, at, like: denials) else { return false }
            let slow = (at..<last).first { mayStart(expected, $0) }
            let found = next.map { Int($0.microseconds / 60_000_000) - from }
            return slow.map { $0 == found } ?? (found.map { $0 >= last } ?? true)
        }
    }

    // MARK: - Steps

    private func mayStart(_ expected: Int, _ at: Int) -> Bool {
        guard let opening = opened[at].map({ $0 - from }) else { return false }
        return at < opening + durationMinutes - cutoffMinutes && at + expected <= opening + durationMinutes
            && !isBusiness[at..<at + expected].contains(true)
            && isFrozen.allSatisfy { !$0[at..<at + expected].contains(true) }
    }

    /// What is denied; when the window opens, or when a denial ends, after what is looked at is taken from the other.
    private func denials(_ expected: Int, _ at: Int, like other: [Denial]) -> [Denial] {
        var denials: [Denial] = []
        let far = timestamp(opened.count)
        if let opening = opened[at].map({ $0 - from }) {
            let closes = opening + durationMinutes
            if at >= closes - cutoffMinutes { denials.append(.pastCutoff(timestamp(closes - cutoffMinutes))) }
            if at + expected > closes { denials.append(.wouldNotEndInTime(closes: timestamp(closes))) }
        } else {
            let next = opened[at...].first { $0 != nil } ?? nil
            var opens = next.map { timestamp($0 - from) }
            if case .windowNotOpen(let other?) = other.first, opens == nil, other >= far { opens = other }
            denials.append(.windowNotOpen(opens: opens))
        }
        if let end = end(of: isBusiness, expected, at) { denials.append(.businessHours(until: end)) }
        for (index, freeze) in freezes.enumerated() {
            if let end = end(of: isFrozen[index], expected, at) {
                denials.append(.freeze(name: freeze.name, reason: "r", until: end))
            }
        }
        return denials
    }

    /// When the first denied time that the work touches ends.
    private func end(of denied: [Bool], _ expected: Int, _ at: Int) -> Timestamp? {
        guard let first = denied[at..<at + expected].firstIndex(of: true) else { return nil }
        return timestamp(denied[first...].firstIndex(of: false) ?? denied.count)
    }

    private func timestamp(_ index: Int) -> Timestamp { Timestamp(microseconds: Int64(from + index) * 60_000_000) }

    private static func span(_ random: inout SplitMix64) throws -> BusinessHours.Span {
        let from = Int.random(in: 0..<1_440, using: &random)
        let until = (from + Int.random(in: 1...1_439, using: &random)) % 1_440
        func text(_ minutes: Int) -> String { String(format: "%02d:%02d", minutes / 60, minutes % 60) }
        let weekday = try random.one(of: Weekday.allCases)
        return BusinessHours.Span(weekday, from: try time(text(from)), until: try time(text(until)))
    }

    /// 1970-01-01 was a Thursday.
    private static func contains(_ span: BusinessHours.Span, _ shown: Int) -> Bool {
        let (minute, weekday) = (shown % 1_440, (shown / 1_440 + 4) % 7 + 1)
        let isToday = weekday == span.weekday.rawValue
        let isDayAfter = (weekday + 5) % 7 + 1 == span.weekday.rawValue
        return span.from < span.until
            ? isToday && (span.from.minutes..<span.until.minutes).contains(minute)
            : isToday && minute >= span.from.minutes || isDayAfter && minute < span.until.minutes
    }
}

/// A freeze that comes once, or again every few days.
private struct RandomFreeze {
    let name: String
    private let zone: String
    private let isFloating: Bool
    /// By the clock, in minutes.
    private let start: Int
    private let length: Int
    private let everyDays: Int?

    init(number: Int, _ from: Int, _ site: String, _ random: inout SplitMix64) {
        name = "freeze \(number)"
        isFloating = Bool.random(using: &random)
        zone = isFloating ? site : "Europe/London"
        start = from + Int.random(in: 0..<8 * 1_440, using: &random)
        length = Int.random(in: 10...1_200, using: &random)
        everyDays = Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil
    }

    func freeze() throws -> Freeze {
        let (from, until) = (WallTime(seconds: Int64(start) * 60), WallTime(seconds: Int64(start + length) * 60))
        guard let everyDays else {
            return try Freeze(name: name, reason: "r", from: from, until: until, zone: isFloating ? nil : Zone(zone))
        }
        let parameter = isFloating ? "" : ";TZID=\(zone)"
        func basic(_ time: WallTime) -> String { time.description.filter { $0 != "-" && $0 != ":" } }
        let calendar = try ICalendar(
            """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            SUMMARY:\(name)
            DESCRIPTION:r
            DTSTART\(parameter):\(basic(from))
            DTEND\(parameter):\(basic(until))
            RRULE:FREQ=DAILY;INTERVAL=\(everyDays)
            END:VEVENT
            END:VCALENDAR
            """
        )
        return try #require(calendar.freezes.first, "\(calendar.problems)")
    }

    /// Whether each minute is in it: clocks have shown its start, and not yet its end.
    func minutes(_ minutes: Range<Int>) throws -> [Bool] {
        var clock = try MinuteClock(zone, before: minutes.lowerBound)
        return minutes.map { minute in
            _ = clock.news(at: minute)
            let since = clock.latest - start
            guard since >= 0 else { return false }
            return everyDays.map { since % ($0 * 1_440) < length } ?? (since < length)
        }
    }
}
