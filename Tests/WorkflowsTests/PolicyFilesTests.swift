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

    private func read(_ texts: String...) throws -> PolicyFiles {
        let files = texts.enumerated().map {
            PolicyFiles.File(name: "\($0.offset).yaml", bytes: Array($0.element.utf8))
        }
        return try PolicyFiles(files) { source throws(UnreadableCalendar) in
            guard source == "holidays.ics" else { throw UnreadableCalendar("cannot read \(source)") }
            return Self.calendar
        }
    }

    private func problems(_ texts: String...) -> [String] {
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
