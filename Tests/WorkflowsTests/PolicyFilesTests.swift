import Domain
import Testing
import Time
import Workflows

@Suite("Policy files")
struct PolicyFilesTests {
    private static let calendar = """
        BEGIN:VCALENDAR
        BEGIN:VEVENT
        SUMMARY:New Year
        DTSTART;VALUE=DATE:20270101
        END:VEVENT
        END:VCALENDAR

        """

    func read(_ texts: String...) throws -> PolicyFiles {
        let files = texts.enumerated().map {
            PolicyFiles.File(name: "\($0.offset).yaml", bytes: Array($0.element.utf8))
        }
        return try PolicyFiles(files) { source throws(UnreadableCalendar) in
            guard source == "holidays.ics" else { throw UnreadableCalendar("cannot read \(source)") }
            return Self.calendar
        }
    }

    func problems(_ texts: String...) -> [String] {
        do {
            _ = try texts.count == 1 ? read(texts[0]) : read(texts[0], texts[1])
            return []
        } catch let problems as WorkflowProblems {
            return problems.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test("Sections of several files are one policy")
    func merged() throws {
        let files = try read(
            """
            sites:
              - name: London
                zone: Europe/London
                business-hours: [{ days: [MON-TUE, SAT], from: "09:00", until: "17:00" }]
            windows:
              - { name: early, opens: "cron(0 2 ? * TUE *)", duration: 3h, cutoff: 1h, offset: 1d, from: "2026-12-01T00:00:00Z" }
            """,
            """
            sites: [{ name: Paris, zone: Europe/Paris }]
            freezes:
              - { name: year-end, from: 2026-12-20, until: 2027-01-04, reason: books, sites: [Paris] }
              - { calendar: holidays.ics, sites: [London] }
            """
        )
        let policy = files.policy
        #expect(policy.sites.map(\.name) == ["London", "Paris"])
        #expect(policy.sites[0].businessHours.map(\.day) == ["MON", "TUE", "SAT"])
        #expect(policy.windows[0].rule.offsetDays == 1)
        #expect(policy.windows[0].rule.startDate == Timestamp(iso8601: "2026-12-01T00:00:00Z"))
        #expect(policy.freezes.map(\.sites) == [["Paris"]])
        #expect(policy.calendars == [PolicyCalendar(source: "holidays.ics", text: Self.calendar, sites: ["London"])])
    }

    @Test("A baseline with all that SSM knows")
    func baseline() throws {
        let files = try read(
            """
            baselines:
              - name: all-of-it
                description: everything
                os: AMAZON_LINUX_2023
                patch-groups: [a, b]
                global-filters: { product: [AmazonLinux2023] }
                rules:
                  - { classification: Security, severity: [Critical, Important], level: CRITICAL, after: 7d }
                  - { severity: Low, until: 2026-06-30, delay-from: first-seen, non-security: true }
                approved: [ALAS2023-2026-1]
                approved-level: HIGH
                approved-non-security: true
                rejected:
                  - telnet*
                  - { patch: kernel, reason: pinned, owner: ana, expires: 2026-12-31 }
                rejected-action: BLOCK
                sources: [{ name: own, configuration: "[own]" }]
                available-security-updates: NON_COMPLIANT
                id: pb-0123456789abcdef0
                tags: { Owner: platform, Empty: "" }
            """
        )
        let baseline = try #require(files.policy.baselines.first)
        #expect(baseline.system == .amazonLinux2023)
        #expect(baseline.globalFilters == [PatchFilter(.product, ["AmazonLinux2023"])])
        #expect(
            baseline.rules == [
                .init(
                    filters: [
                        PatchFilter(.classification, ["Security"]), PatchFilter(.severity, ["Critical", "Important"]),
                    ],
                    level: .critical,
                    delay: .days(7)
                ),
                .init(
                    filters: [PatchFilter(.severity, ["Low"])],
                    delay: .until(CivilDate(year: 2026, month: 6, day: 30)),
                    delayFrom: .firstSeen,
                    includesNonSecurity: true
                ),
            ]
        )
        #expect(baseline.approvedLevel == .high)
        #expect(baseline.approvedIncludesNonSecurity)
        #expect(baseline.rejected == ["telnet*"])
        #expect(
            baseline.rejections == [
                PatchRejection(
                    entry: "kernel",
                    reason: "pinned",
                    owner: "ana",
                    expires: CivilDate(year: 2026, month: 12, day: 31)
                )
            ]
        )
        #expect(baseline.rejectedAction == .block)
        #expect(baseline.sources == [PatchSource(name: "own", products: ["*"], configuration: "[own]")])
        #expect(baseline.availableSecurityUpdates == .nonCompliant)
        #expect(baseline.id == "pb-0123456789abcdef0")
        #expect(baseline.tags == ["Owner": "platform", "Empty": ""])
    }

    @Test("Everything that is wrong is told, each in its file with line and column")
    func places() {
        #expect(
            problems(
                "sites: [{ name: London, zone: Mars }]\nbaseline: []\n",
                "groups: [a]\nfreezes:\n  - { name: f }\n"
            )
                == [
                    "0.yaml:1:31: unknown time zone `Mars`: expected an IANA name such as Europe/Berlin or UTC",
                    "0.yaml:2:1: unknown key `baseline` in the policy: did you mean `baselines`?",
                    "1.yaml:3:5: `from` is missing in a freeze: expected a day or time such as 2026-12-20 or 2026-12-20T18:00",
                    "1.yaml:3:5: `reason` is missing in a freeze: expected why nothing may start",
                    "1.yaml:3:5: `until` is missing in a freeze: expected when work may start again, such as 2027-01-04",
                ]
        )
        #expect(
            problems(
                "sites: [{ name: London, zone: UTC }]\n",
                "sites:\n  - { name: Paris, zone: UTC }\n  - { name: London, zone: UTC }\n"
            )
                == ["1.yaml:3:5: `London` occurs twice: expected different names"]
        )
        #expect(problems("freezes: [{ calendar: other.ics }]\n") == ["0.yaml:1:23: cannot read other.ics"])
    }

    @Test(
        "Values that mean nothing are refused where they stand",
        arguments: [
            ("rules: [{ after: 36h }]", "whole days such as 7d"),
            ("rules: [{ after: 7d, until: 2026-06-30 }]", "a rule has `after` or `until`, not both"),
            ("rules: [{ until: 2026-02-30 }]", "expected a day such as 2026-12-31"),
            ("rules: [{ non-security: maybe }]", "expected true or false"),
            ("rules: [{ severty: Low }]", "did you mean `severity`?"),
            ("rejected: [{ patch: a, reason: b }]", "`owner` is missing in a rejection"),
        ]
    )
    func values(line: String, message: String) {
        let text = "baselines:\n  - name: one-two\n    patch-groups: [g]\n    approved: [x]\n    \(line)\n"
        let found = problems(text)
        #expect(found.count == 1 && found[0].contains(message) && found[0].hasPrefix("0.yaml:5:"), "\(found)")
    }

    private static let waiver = """
        waivers:
          - id: W-12
            advisory: ALAS2023-2026-1234
            sites: [London]
            reason: r
            compensating-control: c
            owner: apps
            requested: { by: ana, on: 2026-11-20 }
            approved: { by: ben, on: 2026-11-21 }
            expires: 2027-01-31

        """

    @Test("Deadlines and waivers; a waiver holds from its approval to the end of its last day")
    func deadlines() throws {
        let site = "sites: [{ name: London, zone: UTC }]\n"
        let policy = try read(site + "sla: { critical: 14d, medium: 90d }\n", Self.waiver).policy
        #expect(policy.sla == (try SLAPolicy(criticalDays: 14, mediumDays: 90)))
        let waiver = try #require(policy.waivers.first)
        #expect(
            (waiver.id, waiver.subject, waiver.scope) == ("W-12", .advisory("ALAS2023-2026-1234"), .sites(["London"]))
        )
        #expect((waiver.reason, waiver.compensatingControl, waiver.owner) == ("r", "c", "apps"))
        #expect((waiver.requestedBy, waiver.approval?.by) == ("ana", "ben"))
        #expect(waiver.requestedAt == Timestamp(iso8601: "2026-11-20T00:00:00Z"))
        #expect(waiver.term?.lowerBound == Timestamp(iso8601: "2026-11-21T00:00:00Z"))
        #expect(waiver.term?.upperBound == Timestamp(iso8601: "2027-02-01T00:00:00Z"))
        let request = try read(
            Self.waiver.split(separator: "\n").filter { !$0.contains("approved") && !$0.contains("sites") }
                .joined(separator: "\n").replacing("advisory: ALAS2023-2026-1234", with: "cve: CVE-2026-1234")
        )
        #expect(request.policy.waivers.first?.term == nil, "nobody has approved it")
        #expect(request.policy.waivers.first?.scope == .fleet)
        #expect(request.policy.waivers.first?.subject == CVE("CVE-2026-1234").map { .cve($0) })
    }

    @Test(
        "A waiver that is none says why, where it stands",
        arguments: [
            ("by: ben", "by: ana", "2:5: whoever requests a waiver cannot approve it; ask somebody else"),
            (
                "    expires: 2027-01-31\n", "",
                "2:5: `expires` is missing in a waiver: expected its last day, such as 2027-01-31; none is without an end"
            ),
            ("2027-01-31", "2027-11-21", "2:5: a waiver ends after its request, and at most 366 days after it"),
            ("2027-01-31", "2026-11-19", "2:5: a waiver ends after its request, and at most 366 days after it"),
            (
                "on: 2026-11-21", "on: 2026-11-19",
                "2:5: the waiver's time is over, or has not begun; request another one"
            ),
            (
                "    sites:", "    cve: CVE-2026-1\n    sites:",
                "4:10: `advisory` and `cve` both say what a waiver is about: leave one out"
            ),
            (
                "    reason:", "    nodes: [mi-1]\n    reason:",
                "4:12: `nodes` and `sites` both say where a waiver holds: leave one out"
            ),
            (
                "    advisory: ALAS2023-2026-1234\n", "",
                "2:5: a waiver is about an `advisory`, a `cve` or a `package`: name one"
            ),
            ("advisory: ALAS2023-2026-1234", "cve: 6387", "3:10: found `6387`: expected a CVE such as CVE-2026-1234"),
            ("London", "Paris", "2:5: `sites` has no site `Paris`"),
            ("sites: [London]", "patch-groups: [other]", "2:5: `groups` has no patch group `other`"),
            ("owner: apps", "owner: ''", "7:12: found nothing: expected who answers for it"),
            ("by: ben, ", "", "9:15: `by` is missing in `approved`: expected a person"),
            ("by: ben", "who: ben", "9:17: unknown key `who` in `approved`: expected by, on"),
            ("reason", "raeson", "5:5: unknown key `raeson` in a waiver: did you mean `reason`?"),
        ]
    )
    func waivers(found: String, written: String, message: String) {
        let others = "sites: [{ name: London, zone: UTC }]\ngroups: [g]\n"
        let text = Self.waiver.replacing(found, with: written)
        #expect(problems(text, others).contains("0.yaml:\(message)"), "\(problems(text, others))")
    }

    @Test(
        "A time to close findings in is whole days within ten years, and stands once",
        arguments: [
            ("sla: { critical: 36h }", "0.yaml:1:18: found `36h`: expected whole days such as 14d"),
            (
                "sla: { high: 0d }",
                "0.yaml:1:14: a time to close findings in of 0d is out of range: expected 1d to 3650d"
            ),
            ("sla: { severe: 1d }", "0.yaml:1:8: unknown key `severe` in `sla`: expected critical, high, medium, low"),
            ("sla: 14d", "0.yaml:1:6: found `14d`: expected `sla`, a mapping with critical, high, medium, low"),
        ]
    )
    func limits(line: String, message: String) {
        #expect(problems(line + "\n").contains(message), "\(problems(line + "\n"))")
    }

    @Test("Deadlines in two files are one too many")
    func twice() {
        let line = "sla: { critical: 14d }\n"
        #expect(problems(line, line) == ["1.yaml:1:6: `sla` stands in two files: expected it once"])
    }

    @Test("A case that does not hold says what the policy says instead")
    func cases() throws {
        let files = try read(
            """
            baselines:
              - name: one-two
                os: AMAZON_LINUX_2023
                patch-groups: [g]
                rules: [{ severity: Critical, level: CRITICAL, after: 7d }]
            tests:
              - on: 2026-06-15
                for: g
                os: AMAZON_LINUX_2023
                patch: { name: openssl, advisory: A-1, classification: Security, severity: Critical, issued: 2026-06-09 }
                is: approved
              - { on: 2026-06-15, for: h, os: AMAZON_LINUX_2023, patch: { name: vim }, is: approved }
            """
        )
        #expect(
            files.tests.map { $0.failure(under: files.policy) } == [
                "on 2026-06-15 openssl for g: expected approved, but one-two says: waiting until 2026-06-16 by rule 1",
                "on 2026-06-15 vim for h: no baseline is for h on AMAZON_LINUX_2023",
            ]
        )
        #expect(files.tests.map(\.place) == ["0.yaml:7:5", "0.yaml:12:5"])
    }
}
