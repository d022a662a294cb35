import Commands
import ReadModels
import Testing

struct CyclePageTests {
    @Test("A cycle at a gate shows what the gate waits for and the exact command to type")
    func gate() {
        let page = CyclePage(Sample.atGate, commandSuffix: " --server http://10.0.0.1:7440")
        let expected = """
            cycle c-7f3a · debian12-rings · running
            started 2026-11-23T08:00:00Z by alice
            plan 3f9a0c21d4e8 · definition 77ab01cd23ef
            2 host runs: 2 succeeded

            scan ✓ ─ early ◆ ─ main · ─ late · ─ report ·

            scan · done · no hosts · since 2026-11-23T08:00:00Z

            early · gate · 2 hosts: 2 succeeded · since 2026-11-23T08:00:00Z
              SITE       PATCH GROUP     STATE  PROGRESS                  DONE  FAILED  OTHER  WINDOW
              us-east-1  Debian12-early  ended  ████████████████████████   1/1       0      0  2026-11-23T08:00:00Z to 11:00:00Z
              Frankfurt  Debian12-early  ended  ████████████████████████   1/1       0      0  2026-11-23T08:00:00Z to 11:00:00Z

            gate after early is open
              waits for 1 approval of 1
              approve with:
                ringmaster cycle approve c-7f3a --stage early --digest \(Sample.plan) --server http://10.0.0.1:7440
            """
        #expect(page.lines(OutputStyle()).joined(separator: "\n") == expected)
    }

    @Test("A lane of 100,000 hosts is one line, with its first failures below")
    func largeLane() {
        let hosts = (0..<100_000).map { index in
            let isFailed = index % 1_000 == 0
            return HostRunView(
                node: "i-\(index)",
                name: "host-\(index)",
                state: isFailed ? "failed" : "succeeded",
                detail: isFailed ? "dpkg was interrupted" : nil
            )
        }
        let counts = Sample.counts(100_000, succeeded: 99_900, failed: 100)
        let lane = Sample.lane("ap-southeast-2", "AL2023-main", "halted", counts, hosts: hosts)
        let cycle = Sample.cycle(
            "halted",
            stage: "main",
            [Sample.stage("main", "running", lanes: [lane])],
            reason: "100 of 100000 hosts failed, more than 5 allow"
        )
        let detail = CyclePage.Detail(hostsPerStage: 2)
        let expected = """
            cycle c-7f3a - debian12-rings - halted
            100 of 100000 hosts failed, more than 5 allow
            started 2026-11-23T08:00:00Z by alice
            plan 3f9a0c21d4e8 - definition 77ab01cd23ef
            100000 host runs: 99900 succeeded, 100 failed

            main [!]

            main - running - 100000 hosts: 99900 succeeded, 100 failed - since 2026-11-~
              SITE          PATCH GROUP  STATE   PROGRESS                   DONE  FAILED
              ap-southeas~  AL2023-main  halted  ###############x  100000/100000     100

              HOST       NODE    STATE   DETAIL
              host-0     i-0     failed  dpkg was interrupted
              host-1000  i-1000  failed  dpkg was interrupted
              ~ and 98 hosts more
            """
        let style = OutputStyle(width: 76, usesUnicode: false)
        #expect(CyclePage(cycle, detail: detail).lines(style).joined(separator: "\n") == expected)
    }

    @Test("While it is watched only the present stage is shown, and no more lanes than the terminal has room for")
    func watching() {
        let lanes = (1...50).map { Sample.lane("site-\($0)", "AL2023-early", "running", Sample.counts(1, inFlight: 1)) }
        let cycle = Sample.cycle(
            "running",
            stage: "early",
            [Sample.stage("scan", "done"), Sample.stage("early", "running", lanes: lanes)]
        )
        let style = OutputStyle(width: 80, height: 24)
        let lines = CyclePage(cycle, detail: .watching(height: style.height)).lines(style)
        #expect(lines.count < 24)
        #expect(lines.last == "  … and 44 lanes more")
        #expect(!lines.contains { $0.hasPrefix("scan ·") })
    }

    @Test("Hosts that ended without success are listed, whichever way they ended")
    func troubles() {
        let states = ["succeeded", "timed-out", "missed-window", "failed", "refused", "unknown", "cancelled", "queued"]
        let hosts = states.map { HostRunView(node: "mi-\($0)", name: "host-\($0)", state: $0, detail: nil) }
        let lane = Sample.lane("Frankfurt", "AL2023-early", "ended", Sample.counts(8), hosts: hosts)
        let cycle = Sample.cycle("running", stage: "early", [Sample.stage("early", "running", lanes: [lane])])
        let listed = CyclePage(cycle).lines(OutputStyle()).filter { $0.hasPrefix("  host-") }
        #expect(listed.map { $0.split(separator: " ")[2] } == states[1...6].map { Substring($0) })
        #expect(Tone.ofState("timed-out") == .bad)
        #expect(Tone.ofState("missed-window") == .warning)
    }

    @Test("While it is watched with its hosts, it still fits the terminal", arguments: [24, 40, 60])
    func watchingHosts(height: Int) {
        let hosts = (1...50).map { HostRunView(node: "mi-\($0)", name: "host-\($0)", state: "queued", detail: nil) }
        let lanes = (1...20).map {
            Sample.lane("site-\($0)", "AL2023-early", "running", Sample.counts(50), hosts: hosts)
        }
        let stage = Sample.stage("early", "gate", lanes: lanes, gate: Sample.gate("open"))
        let cycle = Sample.cycle("running", stage: "early", [stage])
        let style = OutputStyle(width: 120, height: height)
        let lines = CyclePage(cycle, detail: .watching(height: height, everyHost: true)).lines(style)
        #expect(lines.count <= height + 4, "a gate's few lines may scroll")
        #expect(lines.contains { $0.hasSuffix("hosts more") })
    }

    @Test("A gate tells once how long it soaks, who approved and why, and who let it pass")
    func gateLines() {
        var gate = Sample.gate("open")
        gate.soakUntil = Sample.start
        gate.waitsFor = ["soak until \(Sample.start)"]
        gate.approvals = [ApprovalView(by: "bob", at: Sample.start, planDigest: Sample.plan, reason: "all green")]
        gate.waiver = ResumptionView(by: "ana", reason: "known failure", at: Sample.start)
        let cycle = Sample.cycle("running", stage: "early", [Sample.stage("early", "gate", gate: gate)])
        let lines = CyclePage(cycle).lines(OutputStyle())
        #expect(lines.count { $0.contains("soak") } == 1)
        #expect(lines.contains("  approved by bob at 2026-11-23T08:00:00Z: all green"))
        #expect(lines.contains("  waived by ana at 2026-11-23T08:00:00Z: known failure"))
    }

    @Test("A gate's checks are shown with their last value against their limit, failures and waivers")
    func checks() {
        var gate = Sample.gate("open")
        gate.checks = [
            CheckView(name: "front", state: "unasked", limit: "status 200"),
            CheckView(
                name: "errors",
                state: "failing",
                limit: "< 0.05",
                found: "0.08",
                askedAt: Sample.start,
                failuresInARow: 2
            ),
            CheckView(
                name: "db",
                state: "waived",
                limit: "a connection to db:5432",
                found: "refused",
                waiver: ResumptionView(by: "ana", reason: "retired", at: Sample.start)
            ),
        ]
        let expected = [
            "  check front unasked: must be status 200",
            "  check errors failing: found 0.08, must be < 0.05, asked 2026-11-23T08:00:00Z, 2 failures in a row",
            "  check db waived: found refused, must be a connection to db:5432, waived by ana: retired",
        ]
        for state in ["open", "passed"] {
            gate.state = state
            let cycle = Sample.cycle("running", stage: "early", [Sample.stage("early", "gate", gate: gate)])
            #expect(CyclePage(cycle).lines(OutputStyle()).filter { $0.contains("check ") } == expected)
        }
    }

    @Test("No line but the command to type is wider than the terminal", arguments: [20, 40, 60, 80, 120])
    func narrow(width: Int) {
        let lines = CyclePage(Sample.atGate).lines(OutputStyle(width: width))
        #expect(lines.filter { !$0.contains("ringmaster cycle approve") }.allSatisfy { $0.displayWidth <= width })
    }
}
