import Commands
import ReadModels
import Testing

struct CycleDisplayTests {
    @Test("Without a terminal each change is said once")
    func journal() {
        var journal = CycleJournal(.lanesAndHosts)
        var cycle = Sample.atGate
        #expect(
            journal.changes(in: cycle) == [
                "cycle c-7f3a: running",
                "scan: done, no hosts",
                "early us-east-1/Debian12-early web-1: succeeded",
                "early us-east-1/Debian12-early: ended, 1 host: 1 succeeded",
                "early Frankfurt/Debian12-early: ended, 1 host: 1 succeeded",
                "early: gate, 2 hosts: 2 succeeded",
                "gate after early: open, waits for 1 approval of 1",
                "approve with: ringmaster cycle approve c-7f3a --stage early --digest \(Sample.plan)",
            ]
        )
        #expect(journal.changes(in: cycle).isEmpty)
        let approval = ApprovalView(by: "bob", at: Sample.start, planDigest: Sample.plan)
        cycle.stages[1].state = "done"
        cycle.stages[1].gate = Sample.gate("passed", approvals: [approval])
        #expect(
            journal.changes(in: cycle) == [
                "early: done, 2 hosts: 2 succeeded",
                "gate after early: passed, approved by bob",
            ]
        )
    }

    @Test("For a few hosts the journal tells hosts and stages, not lanes")
    func hosts() {
        var journal = CycleJournal(.hosts)
        #expect(
            journal.changes(in: Sample.atGate) == [
                "cycle c-7f3a: running",
                "scan: done, no hosts",
                "early web-1: succeeded",
                "early: gate, 2 hosts: 2 succeeded",
                "gate after early: open, waits for 1 approval of 1",
            ]
        )
    }

    @Test("The end of the cycle is the last line")
    func end() {
        var journal = CycleJournal(.lanes)
        let cycle = Sample.cycle("aborted", stage: "early", [Sample.stage("early", "skipped")], reason: "bad kernel")
        #expect(journal.changes(in: cycle).last == "cycle c-7f3a: aborted: bad kernel")
    }

    @Test("As JSON each change is the whole cycle on one line, with times as text")
    func json() throws {
        var display = CycleDisplay(format: .json, showsHosts: false)
        let first = try display.update(Sample.atGate, OutputStyle(width: 80))
        #expect(first.hasSuffix("}\n") && first.filter { $0 == "\n" }.count == 1)
        #expect(first.contains(#""startedAt":"2026-11-23T08:00:00Z""#))
        #expect(try display.update(Sample.atGate, OutputStyle(width: 70)).isEmpty)
    }

    @Test(
        "On a terminal it is drawn in place and anew when the window has another size; a dumb one and a pipe get lines"
    )
    func places() throws {
        var live = CycleDisplay(format: .table, showsHosts: false)
        #expect(try live.update(Sample.atGate, OutputStyle(width: 80, height: 24)).hasSuffix("\u{1B}[J"))
        #expect(try live.update(Sample.atGate, OutputStyle(width: 80, height: 24)).isEmpty)
        let narrow = try live.update(Sample.atGate, OutputStyle(width: 30, height: 24))
        #expect(narrow.hasPrefix("\u{1B}["))
        for line in narrow.split(separator: "\n").dropLast() where !line.contains("ringmaster ") {
            let text = line.replacing("\u{1B}[K", with: "").split(separator: "\r").last.map(String.init) ?? ""
            #expect(text.displayWidth <= 30, "\(text)")
        }
        for style in [OutputStyle(), OutputStyle(width: 80, height: 24, drawsInPlace: false)] {
            var plain = CycleDisplay(format: .table, showsHosts: false)
            let text = try plain.update(Sample.atGate, style)
            #expect(text.hasPrefix("cycle c-7f3a: running\n") && !text.contains("\u{1B}"))
            #expect(try plain.update(Sample.atGate, style).isEmpty)
        }
    }

    @Test("What does not fit the terminal's height is left out, for it could not be drawn over")
    func height() {
        var screen = LiveScreen()
        let first = screen.frame(["1", "2", "3", "4"], width: 10, height: 3)
        #expect(first == "1\u{1B}[K\n2\u{1B}[K\n\u{1B}[J")
        #expect(screen.frame(["1"], width: 10, height: 3).hasPrefix("\u{1B}[2A\r"))
        // Narrower than before: the terminal has folded what was drawn.
        _ = screen.frame(["eight ch"], width: 10)
        #expect(screen.frame(["x"], width: 4).hasPrefix("\u{1B}[2A\r"))
    }

    @Test("On a terminal a frame is drawn over the one before, counting the rows that long lines take")
    func frames() {
        var screen = LiveScreen()
        let first = screen.frame(["one", "a line of 18 chars"], width: 10)
        #expect(first == "one\u{1B}[K\na line of 18 chars\u{1B}[K\n\u{1B}[J")
        #expect(screen.frame(["two"], width: 10) == "\u{1B}[3A\rtwo\u{1B}[K\n\u{1B}[J")
        #expect(screen.frame(["end"], width: 10).hasPrefix("\u{1B}[1A\r"))
    }
}
