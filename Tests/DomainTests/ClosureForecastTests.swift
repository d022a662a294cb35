import Domain
import Testing
import Time

private let day = 86_400
private let now = seconds(20_000 * day)

private func after(_ days: Double) -> Timestamp { now + .seconds(days * Double(day)) }

/// Four hours from the beginning of the day, the last of them for what runs.
private func window(_ days: Double) -> WindowOccurrence {
    WindowOccurrence(opening: after(days), durationSeconds: 14_400, cutoffSeconds: 3_600)
}

private func clock(dueIn days: Int?, waivers: [Waiver] = []) throws -> SLAClock {
    let policy = try SLAPolicy(criticalDays: days)
    let facts = AdvisoryFacts(id: "A-1", source: .debian, digest: "", severity: .critical, releasedAt: now)
    return SLAClock(facts, firstSeenAt: now, under: policy, waivers: waivers)
}

private let approved = Judgement.approved(.critical, by: .rule(0))

private func forecast(
    dueIn days: Int? = 14,
    by judgement: Judgement? = approved,
    obstacle: PatchObstacle? = nil,
    _ windows: [WindowOccurrence]
) throws -> ClosureForecast {
    ClosureForecast(of: try clock(dueIn: days), judgement: judgement, obstacle: obstacle, windows: windows, at: now)
}

@Suite("Whether a finding will be closed in time")
struct ClosureForecastTests {
    @Test("The first window that can still start something closes it, if it ends by what is due")
    func windows() throws {
        #expect(try forecast([window(10), window(3), window(-1)]) == .closes(in: window(3)))
        let running = window(-0.1)
        #expect(try forecast([running, window(3)]) == .closes(in: running), "there is time left in it")
        #expect(try forecast([window(-0.126), window(3)]) == .closes(in: window(3)), "its cutoff is over")
        #expect(try forecast([]) == .misses(.noWindow))
        #expect(try forecast([window(20), window(30)]) == .misses(.windowTooLate(window(20))))
        #expect(try forecast([window(13.9), window(20)]) == .misses(.windowTooLate(window(13.9))), "it ends too late")
        #expect(try forecast(dueIn: nil, [window(200)]) == .closes(in: window(200)))
        #expect(try forecast(dueIn: nil, []) == .misses(.noWindow))
    }

    @Test("It waits for its approval, and what matters is the window after it")
    func approvals() throws {
        let waits = Judgement.waits(until: CivilDate(daysSince1970: 20_007), rule: 0)
        #expect(try forecast(by: waits, [window(3), window(9)]) == .closes(in: window(9)))
        #expect(try forecast(by: waits, [window(7)]) == .closes(in: window(7)), "approved from that day on")
        let expected = ClosureForecast.Reason.waitsForApproval(
            until: CivilDate(daysSince1970: 20_007),
            next: window(20)
        )
        #expect(try forecast(by: waits, [window(3), window(20)]) == .misses(expected))
        let never = ClosureForecast.Reason.waitsForApproval(until: CivilDate(daysSince1970: 20_007), next: nil)
        #expect(try forecast(by: waits, [window(3)]) == .misses(never))
        #expect(
            try forecast(by: waits, [window(20)]) == .misses(.windowTooLate(window(20))),
            "it would be too late anyway"
        )
        #expect(try forecast(by: waits, []) == .misses(.noWindow))
        let over = Judgement.waits(until: CivilDate(daysSince1970: 19_990), rule: 0)
        #expect(try forecast(by: over, [window(-1), window(3)]) == .closes(in: window(3)), "it is approved by now")
    }

    @Test("What keeps it out is named")
    func reasons() throws {
        let windows = [window(3)]
        #expect(try forecast(by: nil, windows) == .misses(.notOffered))
        #expect(try forecast(by: .rejected("curl*"), obstacle: .held, windows) == .misses(.rejected(by: "curl*")))
        #expect(try forecast(by: .notApproved(.noRule), windows) == .misses(.notApproved(.noRule)))
        #expect(try forecast(obstacle: .held, windows) == .misses(.obstructed(.held)))
    }

    @Test("What is waived is waived, whatever else there is")
    func waived() throws {
        var waiver = try Waiver(
            id: "W-1",
            subject: .advisory("A-1"),
            scope: .fleet,
            reason: "r",
            compensatingControl: "c",
            owner: "o",
            requestedBy: "ada",
            requestedAt: now,
            expiresAt: after(9)
        )
        try waiver.approve(by: "grace", at: now)
        let clock = try clock(dueIn: 14, waivers: [waiver])
        let waived = ClosureForecast(of: clock, judgement: .rejected("*"), windows: [], at: after(8))
        #expect(waived == .waived(until: after(9)))
        #expect(ClosureForecast(of: clock, judgement: approved, windows: [], at: after(9)) == .misses(.noWindow))
    }

    @Test("Random windows: it closes exactly when one of them fits", arguments: UInt64(1)...50)
    func oracle(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let windows = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                window(Double(Int.random(in: -20...200, using: &random)) / 10)
            }
            let wait = Int.random(in: 0...12, using: &random)
            let judgement =
                random.chance(50) ? approved : .waits(until: CivilDate(daysSince1970: 20_000 + Int64(wait)), rule: 1)
            let start = judgement == approved ? now : max(now, after(Double(wait)))
            let fits = windows.filter { $0.cutoff > start && $0.closes <= after(14) }
            let forecast = try forecast(by: judgement, windows)
            if case .closes(let window) = forecast {
                #expect(window.closes == fits.map(\.closes).min(), "seed \(seed): \(windows)")
            } else {
                #expect(fits.isEmpty, "seed \(seed): \(windows), \(forecast)")
            }
        }
    }

    @Test("It is told in one sentence")
    func text() {
        let window = WindowOccurrence(opening: seconds(0), durationSeconds: 2, cutoffSeconds: 1)
        let day = CivilDate(year: 2026, month: 12, day: 10)
        let texts: [(ClosureForecast, String)] = [
            (.closes(in: window), "closes in the window of 1970-01-01T00:00:00Z"),
            (.waived(until: seconds(1)), "waived until 1970-01-01T00:00:01Z"),
            (.misses(.noWindow), "misses: no window is planned in which its hosts are patched"),
            (
                .misses(.windowTooLate(window)),
                "misses: the next window, that of 1970-01-01T00:00:00Z, ends after it is due"
            ),
            (
                .misses(.waitsForApproval(until: day, next: window)),
                "misses: approved from 2026-12-10 on, after the windows that are in time; the next is that of 1970-01-01T00:00:00Z"
            ),
            (
                .misses(.waitsForApproval(until: day, next: nil)),
                "misses: approved from 2026-12-10 on, and no window is planned after that"
            ),
            (.misses(.rejected(by: "curl")), "misses: rejected by the entry curl"),
            (.misses(.notApproved(.noRule)), "misses: not approved, for no rule matches"),
            (
                .misses(.obstructed(.held)),
                "misses: a person holds the package back on the host; it comes when the hold is lifted there"
            ),
            (.misses(.notOffered), "misses: no repository of the host offers a version with the fix"),
        ]
        for (forecast, text) in texts { #expect(forecast.text == text) }
    }
}
