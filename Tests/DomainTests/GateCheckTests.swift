import Domain
import Testing
import Time

extension GateCheck {
    static func sample(_ name: String, every seconds: Int = 60) -> GateCheck {
        GateCheck(
            name: name,
            probe: .prometheus(url: "http://prometheus", query: "errors", is: Comparison(.less, 0.05)),
            everySeconds: seconds
        )
    }
}

@Suite("A gate's checks")
struct GateCheckTests {
    /// At the gate after early since 0, which soaks for 100 s and has its approval.
    private func atGate(_ checks: [GateCheck] = [.sample("errors")]) throws -> CycleRun {
        var start = CycleStart.sample()
        start.definition.stages[1].gate?.checks = checks
        var run = try CycleRun(start)
        try run.passScan()
        try run.pass("early", lanes: [.sample("e1")])
        try run.send(.approve(stage: "early", planDigest: "p1", roles: [], reason: nil))
        return run
    }

    private func question(_ round: Int, of name: String = "errors", at time: Int) -> CycleEffect {
        .later(.checkGate(stage: "early", check: name, round: round), notBefore: seconds(time))
    }

    private func answer(_ round: Int, _ passed: Bool, of name: String = "errors", at time: Int) -> CycleMessage {
        let found = passed ? "0.01" : "0.08"
        return .checkAnswered(
            stage: "early",
            check: name,
            CheckAnswer(round: round, askedAt: seconds(time), passed: passed, found: found)
        )
    }

    @Test(
        "Each is asked when its gate opens, after each answer, and when the soak is over; a fresh pass then opens the next stage"
    )
    func passes() throws {
        var run = try atGate([.sample("errors"), .sample("front", every: 30)])
        #expect(run.state.wakeAt == nil, "answers wake it")
        #expect(try run.send(answer(1, true, at: 1), at: 2) == [question(2, at: 62)])
        #expect(try run.send(answer(1, true, of: "front", at: 80), at: 80) == [question(2, of: "front", at: 100)])
        #expect(try run.send(answer(2, true, at: 62), at: 63) == [question(3, at: 100)])
        let last = try run.send(answer(2, true, of: "front", at: 100), at: 101)
        #expect(last == [question(3, of: "front", at: 131), .task(.openLanes(stage: "main"))])
        #expect(try run.send(answer(3, true, at: 102), at: 102) == [], "the gate is passed")
    }

    @Test(
        "An old pass does not count: 2 × `every` after it was asked it is over, and a worker's fast clock does not change that"
    )
    func staleness() throws {
        var run = try atGate([.sample("errors"), .sample("front")])
        try run.send(answer(1, true, at: 500), at: 5)
        #expect(run.state.openChecks.first?.progress.latest?.askedAt == seconds(5))
        #expect(try run.send(answer(1, true, of: "front", at: 125), at: 125) == [question(2, of: "front", at: 185)])
        #expect(run.state.step == .gate, "that of errors is 120 s old")
        #expect(try run.send(answer(2, true, at: 184), at: 184).contains(.task(.openLanes(stage: "main"))))
    }

    @Test("Answers to other questions, of other stages, and those that come again change nothing")
    func otherAnswers() throws {
        var run = try atGate()
        #expect(try run.send(answer(2, true, at: 1), at: 1) == [])
        #expect(try run.send(answer(1, true, of: "other", at: 1), at: 1) == [])
        let elsewhere = CheckAnswer(round: 1, askedAt: seconds(1), passed: false, found: "f")
        #expect(try run.send(.checkAnswered(stage: "scan", check: "errors", elsewhere), at: 1) == [])
        try run.send(answer(1, false, at: 1), at: 1)
        #expect(try run.send(answer(1, false, at: 1), at: 1) == [])
        #expect(run.state.openChecks.map(\.progress.failuresInARow) == [1])
        #expect(run.state.check(stage: "early", name: "errors", round: 1) == nil)
        #expect(run.state.check(stage: "early", name: "errors", round: 2)?.name == "errors")
        try run.send(.abort(reason: "r"), at: 2)
        #expect(run.state.check(stage: "early", name: "errors", round: 2) == nil)
    }

    @Test("Three failures in a row halt it, one that its worker could not ask included; a pass begins the count anew")
    func halts() throws {
        var run = try atGate()
        for (round, passed) in [false, false, true, false, false].enumerated() {
            try run.send(answer(round + 1, passed, at: round), at: round)
        }
        #expect(run.state.hold == nil)
        try run.send(.taskFailed(.checkGate(stage: "early", check: "errors", round: 6), error: "lost"), at: 6)
        #expect(run.state.state == .halted)
        #expect(
            run.state.hold?.reason
                == "check errors failed 3 times in a row after early: found nothing, for nobody could ask: lost, must be < 0.05"
        )
        #expect(throws: CycleRefusal.self, "it is halted") {
            try run.send(.approve(stage: "early", planDigest: "p1", roles: [], reason: nil), at: 7, by: "bob")
        }
    }

    @Test("Who resumes while it fails waives it, and the others count on; it is asked anew at once")
    func waiver() throws {
        var run = try atGate([.sample("errors"), .sample("front")])
        for round in 1...3 { try run.send(answer(round, false, at: round), at: round) }
        let resumed = try run.send(.resume(reason: "known"), at: 200)
        #expect(resumed == [question(5, at: 200), question(2, of: "front", at: 200)])
        #expect(run.state.openChecks.map(\.progress.waiver?.reason) == ["known", nil])
        try run.send(answer(5, false, at: 201), at: 201)
        #expect(run.state.hold == nil && run.state.step == .gate)
        #expect(try run.send(answer(2, true, of: "front", at: 202), at: 202).contains(.task(.openLanes(stage: "main"))))
    }

    @Test("What passes again while it is halted is not waived; a person's pause waives nothing")
    func recovery() throws {
        var run = try atGate()
        for round in 1...3 { try run.send(answer(round, false, at: round), at: round) }
        #expect(try run.send(answer(4, true, at: 63), at: 63) == [question(5, at: 100)])
        #expect(run.state.state == .halted, "a person decides")
        try run.send(.resume(reason: "mended"), at: 64)
        #expect(run.state.openChecks.map(\.progress.waiver) == [nil])
        try run.send(.pause(reason: "lunch"), at: 65)
        try run.send(answer(6, false, at: 66), at: 66)
        try run.send(.resume(reason: nil), at: 67)
        #expect(run.state.openChecks.map(\.progress.waiver) == [nil])
        #expect(run.state.step == .gate && run.state.hold == nil)
    }

    @Test("A comparison is read, holds, and is told as it was written")
    func comparisons() throws {
        let cases: [(text: String, holds: [Double], fails: [Double])] = [
            ("< 0.05", [0, -1], [0.05, 1, .nan]), ("<= 2", [2, 1], [2.1, .nan]), (">1.5", [2], [1.5]),
            (">= 1", [1, .infinity], [0.9]), ("== 0", [0], [1, .nan]), ("!= 0", [1], [0, .nan]),
        ]
        for (text, holds, fails) in cases {
            let comparison = try #require(Comparison(text))
            #expect(holds.allSatisfy(comparison.holds) && !fails.contains(where: comparison.holds), "\(text)")
            #expect(comparison.text.filter { $0 != " " } == text.filter { $0 != " " })
            #expect(Comparison(comparison.text) == comparison)
        }
        for text in ["", "0.05", "<", "< x", "=< 1", "< inf", "< nan", "<> 1"] {
            #expect(Comparison(text) == nil, "\(text)")
        }
    }

    @Test("What is found is told against its limit")
    func limits() {
        func limit(_ probe: GateCheck.Probe) -> String { GateCheck(name: "n", probe: probe).limit }
        #expect(limit(.http(url: "u", status: 200...299, contains: "ok")) == "status 200..299 with `ok`")
        #expect(limit(.http(url: "u", status: 204...204, contains: nil)) == "status 204")
        #expect(limit(.tcp(host: "::1", port: 22)) == "a connection to [::1]:22")
    }
}
