import Domain
import Testing
import Workflows

/// A small workflow that is right; tests put one thing wrong in it.
private let sound = """
    workflow: small
    sites:
      - { name: London, zone: Europe/London }
    baselines:
      - { name: base, patch-groups: "*", rules: [{ classification: Security }] }
    stages:
      - scan:
          window: { opens: now, duration: 1h, cutoff: 10m }
      - early:
          targets: { ring: early }
          window: { opens: "cron(0 2 ? * TUE *)", duration: 3h, cutoff: 1h }
          concurrency: 10%
          errors: 0
          gate: { approve: { by: 1 } }
      - main: { like: early, targets: { ring: main } }
      - report: {}
    """

private func problems(_ text: String) -> [String] {
    do {
        _ = try WorkflowFile.parse(Array(text.utf8), file: "w.yaml")
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite("A workflow file")
struct WorkflowFileTests {
    @Test("A sound file is read, with defaults where it is silent")
    func defaults() throws {
        let workflow = try WorkflowFile.parse(Array(sound.utf8), file: "w.yaml")
        #expect(workflow.name == "small")
        #expect(workflow.zone == "UTC")
        #expect(workflow.starts == nil)
        #expect(workflow.flaw == nil)
        let scan = try #require(workflow.stages.first?.laneRules)
        #expect(scan.targets == .all)
        #expect(scan.rateControl == RateControl(maxConcurrency: .percent(100), maxErrors: .percent(100)))
        #expect(scan.deliverySeconds == 50 * 60)
        let early = try #require(workflow.stage(named: "early"))
        #expect(early.laneRules?.deliverySeconds == 3_600)
        #expect(early.laneRules?.hostRunSeconds == 4 * 3_600)
        guard case .install(_, let reboot) = early.work else {
            Issue.record("early is no install")
            return
        }
        #expect(reboot == .ifNeeded)
        #expect(workflow.stage(named: "main")?.gate == early.gate)
    }

    @Test(
        "What is wrong is named with its place and what was expected",
        arguments: [
            ("errors: 0", "erors: 0", "13:7: unknown key `erors` in an install stage: did you mean `errors`?"),
            ("concurrency: 10%", "concurrency: 0", "12:20: concurrency of 0 is out of range: expected at least 1"),
            (
                "concurrency: 10%", "concurrency: 101%",
                "12:20: concurrency of 101% is out of range: expected 1% to 100%"
            ),
            (
                "concurrency: 10%", "concurrency: [1]",
                "12:20: found a list: expected a number of hosts such as 5 or a percentage such as 10%"
            ),
            ("by: 1", "by: 0", "14:30: found `0`: expected how many people must approve, a number from 1 to 20"),
            (
                "like: early", "like: earley",
                "15:19: `main` is like `earley`, which is no install stage before it: expected one of early"
            ),
            (
                "duration: 3h, cutoff: 1h", "duration: 1h, cutoff: 1h",
                "11:69: a cutoff of 1h leaves nothing of a duration of 1h: expected a cutoff below it"
            ),
            (
                "cron(0 2 ? * TUE *)", "cron(0 2 * * TUE *)",
                "11:24: `cron(0 2 * * TUE *)` names two days: one of day of month and day of week must be `?`"
            ),
            (
                "Europe/London", "Europe/Londn",
                "3:27: unknown time zone `Europe/Londn`: expected an IANA name such as Europe/Berlin or UTC"
            ),
            ("- main:", "- early:", "15:5: two stages are called `early`: expected different names"),
            ("- scan:", "- look:", "7:5: the first stage is `look`: expected `scan`, without which there is no plan"),
            ("- report: {}", "- end: { like: early }", "16:5: the last stage is `end`: expected `report`"),
            (
                "Security", "Securty",
                "5:64: no patch has the `classification` `Securty`: expected one of Security, NonSecurity; did you mean `Security`?"
            ),
            (
                "by: 1", "by: 1, role: approvr",
                "14:39: found `approvr`: expected one of operator, approver; did you mean `approver`?"
            ),
            (
                "approve: { by: 1 }", "approve: { role: operator }",
                "14:24: `by` is missing in `approve`: expected how many people must approve"
            ),
            (
                "workflow: small", "workflow: \(String(repeating: "w", count: 61))",
                "1:11: found `\(String(repeating: "w", count: 61))`: expected at most 60 letters, digits, hyphens, underscores and dots"
            ),
            (
                "- main:", "- \(String(repeating: "m", count: 31)):",
                "15:5: the stage name `\(String(repeating: "m", count: 31))` is unfit: expected at most 30 lower-case letters, digits and hyphens"
            ),
            (
                "baselines:", "baseline:",
                "4:1: unknown key `baseline` in the workflow: did you mean `baselines`?"
            ),
            ("workflow: small", "workflow: {}", "1:11: found a mapping: expected a name"),
            (
                "errors: 0", "delivery-timeout: 3h",
                "13:25: a delivery timeout of 3h does not fit the window: expected at most 2h, from its opening to its cutoff"
            ),
            (
                "errors: 0", "stagger: 1d",
                "13:7: unknown key `stagger` in an install stage: expected like, targets, window, concurrency, errors, delivery-timeout, host-run-timeout, reboot, hooks, gate"
            ),
            (
                "\"cron(0 2 ? * TUE *)\"", "\"rate(7 days)\", offset: 2d",
                "11:15: a schedule offset of 2 days is for cron(…) alone: leave it out"
            ),
            ("cutoff: 1h", "cutoff: 1h, offset: 7d", "11:81: an offset of 7d is out of range: expected 1d to 6d"),
            ("duration: 3h", "duration: 3", "11:57: found `3`: expected a duration such as 30m, 4h or 1d12h"),
        ]
    )
    func wrong(found: String, replacement: String, expected: String) {
        #expect(sound.contains(found))
        let all = problems(sound.replacing(found, with: replacement))
        #expect(all.contains("w.yaml:" + expected), "\(all)")
    }

    private func gate(_ checks: String) -> String {
        sound.replacing("gate: { approve: { by: 1 } }", with: "gate: { checks: [\(checks)] }")
    }

    @Test("A gate's checks are read, with defaults where they are silent")
    func checks() throws {
        let text = gate(
            """
            { name: errors, prometheus: { url: "http://prometheus:9090", query: "sum(errors)", is: "< 0.05" } },
                    { name: shop, http: { url: "https://shop.example/health", contains: ok }, every: 5m, timeout: 30s, failures: 1 },
                    { name: page, http: { url: "http://[::1]:8080/", status: 204 } },
                    { name: page2, http: { url: "http://h", status: 200..399 } },
                    { name: db, tcp: { address: "[2001:db8::1]:5432" } }
            """
        )
        let workflow = try WorkflowFile.parse(Array(text.utf8), file: "w.yaml")
        let errors = GateCheck.Probe.prometheus(
            url: "http://prometheus:9090",
            query: "sum(errors)",
            is: Comparison(.less, 0.05)
        )
        let shop = GateCheck.Probe.http(url: "https://shop.example/health", status: 200...299, contains: "ok")
        let expected = [
            GateCheck(name: "errors", probe: errors, everySeconds: 60, timeoutSeconds: 10, failures: 3),
            GateCheck(name: "shop", probe: shop, everySeconds: 300, timeoutSeconds: 30, failures: 1),
            GateCheck(name: "page", probe: .http(url: "http://[::1]:8080/", status: 204...204, contains: nil)),
            GateCheck(name: "page2", probe: .http(url: "http://h", status: 200...399, contains: nil)),
            GateCheck(name: "db", probe: .tcp(host: "2001:db8::1", port: 5_432)),
        ]
        #expect(workflow.stage(named: "early")?.gate?.checks == expected)
        #expect(workflow.stage(named: "main")?.gate?.checks == expected, "it is like early")
        #expect(workflow.stage(named: "scan")?.gate == nil)
    }

    @Test(
        "A check that cannot be asked is named with its place",
        arguments: [
            ("{ name: a }", "14:24: a check has nothing to ask: expected `http`, `tcp` or `prometheus`"),
            (
                "{ name: a, tcp: { address: h:1 }, http: { url: http://h } }",
                "14:24: a check asks one thing: leave all but one of http, tcp, prometheus out"
            ),
            ("{ tcp: { address: h:1 } }", "14:24: `name` is missing in a check: expected its name"),
            ("{ name: a, htp: { url: http://h } }", "14:35: unknown key `htp` in a check: did you mean `http`?"),
            (
                "{ name: a, http: { url: ftp://h } }",
                "14:48: found `ftp://h`: expected a URL such as https://shop.example/health"
            ),
            (
                "{ name: a, http: { url: http://u:p@h/ } }",
                "14:48: a check's URL holds no credentials: everybody who sees the cycle sees them"
            ),
            (
                "{ name: a, http: { url: http://h, status: 299..200 } }",
                "14:66: found `299..200`: expected a status such as 200, or a range such as 200..299, between 100 and 599"
            ),
            (
                "{ name: a, tcp: { address: h } }",
                "14:51: found `h`: expected an address such as db.example:5432 or [2001:db8::1]:5432"
            ),
            (
                "{ name: a, prometheus: { url: http://h, query: q, is: small } }",
                "14:78: found `small`: expected what each value must be, such as \"< 0.05\", with one of < <= > >= == !="
            ),
            (
                "{ name: a, tcp: { address: h:1 }, every: 5s }",
                "14:65: a check's `every` of 5s is out of range: expected 10s to 1d"
            ),
            (
                "{ name: a, tcp: { address: h:1 }, every: 10s, timeout: 30s }",
                "14:24: a check's timeout is longer than its `every`: no pass of it would be fresh"
            ),
            (
                "{ name: a, tcp: { address: h:1 } }, { name: a, tcp: { address: h:2 } }",
                "14:60: two checks are called `a`: expected different names"
            ),
            (
                (1...21).map { "{ name: a\($0), tcp: { address: h:1 } }" }.joined(separator: ", "),
                "14:23: 21 checks: expected at most 20"
            ),
        ]
    )
    func wrongChecks(checks: String, expected: String) {
        let all = problems(gate(checks))
        #expect(all.contains("w.yaml:" + expected), "\(all)")
    }

    @Test("All problems are reported together, in the file's order")
    func together() {
        let text =
            sound
            .replacing("Europe/London", with: "Mars/Olympus")
            .replacing("errors: 0", with: "errors: many")
            .replacing("by: 1", with: "by: none")
        let lines = problems(text).compactMap { $0.split(separator: ":").dropFirst().first }
        #expect(lines == ["3", "13", "14"])
    }

    @Test("Text that is not YAML, not UTF-8, empty or a list is a problem with a place")
    func notYAML() throws {
        #expect(problems("workflow: [1").first?.hasPrefix("w.yaml:") == true)
        #expect(problems("") == ["w.yaml:1:1: the file is empty"])
        #expect(problems("- a").first?.contains("expected the workflow, a mapping with") == true)
        #expect(problems("workflow: a\nworkflow: b").first?.contains("`workflow` occurs twice") == true)
        #expect(throws: WorkflowProblems.self) { try WorkflowFile.parse([0xff, 0xfe], file: "w.yaml") }
    }

    @Test("A file that would blow up through aliases is refused")
    func aliases() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<7 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(problems(text) == ["w.yaml:1:1: the file has more than 20000 values"])
    }
}
