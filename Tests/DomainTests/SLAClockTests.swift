import Domain
import Testing
import Time

private let day = 86_400
private let published = seconds(20_000 * day)

private func advisory(
    _ severity: AdvisorySeverity = .critical,
    releasedAt: Timestamp? = published,
    exploitedDueAt: Timestamp? = nil
) -> AdvisoryFacts {
    AdvisoryFacts(
        id: "A-1",
        source: .debian,
        digest: "",
        severity: severity,
        releasedAt: releasedAt,
        exploitedDueAt: exploitedDueAt
    )
}

private func after(_ days: Double) -> Timestamp { published + .seconds(days * Double(day)) }

private func waiver(_ days: ClosedRange<Double>) throws -> Waiver {
    var waiver = try Waiver(
        id: "W-1",
        subject: .advisory("A-1"),
        scope: .fleet,
        reason: "no restart before the fair",
        compensatingControl: "the port is closed",
        owner: "ada",
        requestedBy: "ada",
        requestedAt: after(days.lowerBound),
        expiresAt: after(days.upperBound)
    )
    try waiver.approve(by: "grace", at: after(days.lowerBound))
    return waiver
}

private func clock(
    _ facts: AdvisoryFacts = advisory(),
    firstSeen: Timestamp = after(1),
    _ waivers: Waiver...
) throws -> SLAClock {
    SLAClock(facts, firstSeenAt: firstSeen, under: .standard, waivers: waivers)
}

@Suite("Clocks of findings")
struct SLAClockTests {
    @Test(
        "Each severity has its days, and what nobody has rated those of high",
        arguments: [
            (AdvisorySeverity.critical, 14), (.high, 30), (.unknown, 30), (.medium, nil), (.low, nil),
            (.negligible, nil),
        ] as [(AdvisorySeverity, Int?)]
    )
    func severities(severity: AdvisorySeverity, days: Int?) throws {
        let clock = try clock(advisory(severity))
        #expect(clock.startedAt == published)
        #expect(clock.dueAt == days.map { after(Double($0)) })
    }

    @Test("It is within, due soon in the last 72 hours, and breached after its end")
    func states() throws {
        let critical = try clock()
        #expect(critical.state(at: after(0)) == .within)
        #expect(critical.state(at: after(11) - .seconds(1)) == .within)
        #expect(critical.state(at: after(11)) == .dueSoon)
        #expect(critical.state(at: after(14)) == .dueSoon)
        #expect(critical.state(at: after(14) + .seconds(1)) == .breached)
        #expect(try clock(advisory(.low)).state(at: after(10_000)) == .within)
    }

    @Test("Without a date it starts when we first knew of it, and an edit starts nothing anew")
    func starts() throws {
        #expect(try clock(advisory(releasedAt: nil)).startedAt == after(1))
        #expect(try clock(advisory(releasedAt: after(9)), firstSeen: after(1)).startedAt == after(1))
        #expect(try clock(firstSeen: after(9)).startedAt == published)
    }

    @Test("It is never later than the last day of a vulnerability that is known to be exploited, waived or not")
    func exploited() throws {
        #expect(try clock(advisory(exploitedDueAt: after(5))).dueAt == after(6), "that day is in time")
        #expect(try clock(advisory(exploitedDueAt: after(50))).dueAt == after(14))
        #expect(try clock(advisory(.negligible, exploitedDueAt: after(50))).dueAt == after(51))
        let waived = try clock(advisory(exploitedDueAt: after(5)), waiver(2...10))
        #expect(waived.dueAt == after(6))
        #expect(waived.state(at: after(9)) == .waived)
        #expect(waived.state(at: after(10)) == .breached)
    }

    @Test("Waivers pause it, each moment once")
    func pauses() throws {
        let once = try clock(advisory(), waiver(4...10))
        #expect(once.dueAt == after(20))
        #expect(once.state(at: after(3)) == .within)
        #expect(once.state(at: after(4)) == .waived)
        #expect(once.waivedUntil(at: after(4)) == after(10))
        #expect(once.waivedUntil(at: after(10)) == nil)
        #expect(once.state(at: after(18)) == .dueSoon)
        #expect(try clock(advisory(), waiver(4...10), waiver(6...12), waiver(5...7)).dueAt == after(22))
        #expect(try clock(advisory(), waiver(4...10), waiver(19...21)).dueAt == after(22))
    }

    @Test("What was late before its waiver is late after it")
    func late() throws {
        let clock = try clock(advisory(), waiver(15...20))
        #expect(clock.dueAt == after(14))
        #expect(clock.state(at: after(14.5)) == .breached)
        #expect(clock.state(at: after(16)) == .waived)
        #expect(clock.state(at: after(20)) == .breached)
    }

    @Test("A waiver before the publication pauses what comes after it")
    func early() throws {
        #expect(try clock(advisory(), waiver(-3...2)).dueAt == after(16))
        #expect(try clock(advisory(), waiver(-3 ... -1)).dueAt == after(14))
    }

    @Test("Random pauses: counted hour by hour it is due at the same time", arguments: UInt64(1)...50)
    func oracle(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let waivers = try (0..<Int.random(in: 0...6, using: &random)).map { _ in
            let first = Double(Int.random(in: -48...480, using: &random))
            return try waiver(first / 24...(first + Double(Int.random(in: 1...200, using: &random))) / 24)
        }
        let clock = SLAClock(advisory(), firstSeenAt: after(1), under: .standard, waivers: waivers)
        var (hour, counted) = (0, 0)
        func isPaused() -> Bool { waivers.contains { $0.isInForce(at: published + .seconds(hour * 3_600)) } }
        while counted < 14 * 24 || isPaused() {
            if !isPaused() { counted += 1 }
            hour += 1
        }
        #expect(clock.dueAt == published + .seconds(hour * 3_600), "seed \(seed)")
    }

    @Test("Days that are none are refused, also in storage", arguments: [0, -1, 3_651, Int.max])
    func problems(days: Int) throws {
        #expect(throws: SLAPolicyProblem(days: days)) { try SLAPolicy(highDays: days) }
        #expect(try coded(SLAPolicy(lowDays: 90)) == SLAPolicy(lowDays: 90))
        #expect(try coded(SLAPolicy(criticalDays: nil)).criticalDays == nil)
        #expect(SLAPolicyProblem(days: 0).description.contains("give 1 to 3650"))
    }
}
