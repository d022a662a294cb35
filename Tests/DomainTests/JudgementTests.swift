import Domain
import Testing
import Time

private let now = midnight(2026, 7, 14) + .seconds(9 * 3_600)

private func midnight(_ year: Int64, _ month: Int64, _ day: Int64) -> Timestamp {
    Timestamp(microseconds: CivilDate(year: year, month: month, day: day).daysSince1970 * 86_400_000_000)
}

private func notice(
    _ id: String = "ALAS2023-2026-1",
    _ classification: String = "Security",
    _ severity: String = "Important",
    at date: Timestamp? = midnight(2026, 7, 1)
) -> PatchNotice {
    PatchNotice(id: id, classification: classification, severity: severity, cves: ["CVE-2026-7"], releasedAt: date)
}

private func rpm(_ notices: [PatchNotice] = [notice()], version: String = "1:3.0.8-1.amzn2023") -> PatchCandidate {
    PatchCandidate(
        patch: Patch(name: "openssl", architecture: "x86_64", version: version),
        system: .amazonLinux2023,
        product: "AmazonLinux2023",
        notices: notices
    )
}

private func apt(isSecurity: Bool = true, firstSeenAt: Timestamp? = nil) -> PatchCandidate {
    PatchCandidate(
        patch: Patch(name: "openssl", architecture: "amd64", version: "3.0.2-0ubuntu1.15"),
        system: .ubuntu,
        product: "Ubuntu22.04",
        priority: "important",
        section: "utils",
        isFromSecurityArchive: isSecurity,
        firstSeenAt: firstSeenAt
    )
}

private func windows(isForApplication: Bool = false, at date: Timestamp? = midnight(2026, 7, 1)) -> PatchCandidate {
    PatchCandidate(
        patch: Patch(name: "KB5036451", architecture: "", version: "20348.2402"),
        system: .windows,
        product: "WindowsServer2022",
        productFamily: "Windows",
        isForApplication: isForApplication,
        notices: [
            PatchNotice(
                id: "KB5036451",
                classification: "SecurityUpdates",
                severity: "Critical",
                references: ["MS26-048"],
                releasedAt: date
            )
        ]
    )
}

private func baseline(
    _ rules: [Baseline.ApprovalRule] = [],
    global: [PatchFilter] = [],
    approved: [String] = [],
    approvedIncludesNonSecurity: Bool = false,
    rejected: [String] = []
) -> Baseline {
    Baseline(
        name: "baseline",
        patchGroups: ["*"],
        globalFilters: global,
        rules: rules,
        approved: approved,
        approvedLevel: .low,
        approvedIncludesNonSecurity: approvedIncludesNonSecurity,
        rejected: rejected
    )
}

private let anything = Baseline.ApprovalRule(level: .high)
private let anythingAtAll = Baseline.ApprovalRule(level: .high, includesNonSecurity: true)

/// ssm-semantics §2.3: yum, dnf and zypper.
@Suite("A baseline judges rpm packages")
struct RPMJudgementTests {
    @Test("Rejected beats approved, which beats global filters, rules and dates")
    func precedence() {
        let nothing = [PatchFilter(.severity, ["Low"])]
        #expect(
            baseline([anything], approved: ["openssl"], rejected: ["open*"]).judge(rpm(), at: now) == .rejected("open*")
        )
        #expect(
            baseline(global: nothing, approved: ["openssl"]).judge(rpm([notice(at: nil)]), at: now)
                == .approved(.low, by: .list("openssl"))
        )
        #expect(baseline([anything], global: nothing).judge(rpm(), at: now) == .notApproved(.globalFilters))
        #expect(baseline([anything]).judge(rpm(), at: now) == .approved(.high, by: .rule(0)))
    }

    @Test(
        "Lists know a package by its name forms, its advisory and its CVEs, in any case and with wildcards",
        arguments: [
            "openssl", "OpenSSL", "openssl.x86_64", "openssl-3.0.8", "openssl-3.0.8-1.amzn2023",
            "openssl-3.0.8-1.amzn2023.x86_64", "1:openssl-3.0.8-1.amzn2023", "openssl-1:3.0.8-1.amzn2023.x86_64",
            "CVE-2026-7", "alas2023-2026-*", "open[r-t]sl", "openssl-[!4]*",
        ]
    )
    func names(entry: String) {
        #expect(baseline(approved: [entry]).judge(rpm(), at: now) == .approved(.low, by: .list(entry)))
        #expect(baseline([anything], rejected: [entry]).judge(rpm(), at: now) == .rejected(entry))
    }

    @Test(
        "And by nothing else",
        arguments: [
            "ssl", "openssl-libs", "openssl-3.0.9", "openssl.aarch64", "CVE-2026-70", "open[a-c]sl", "openssl[",
        ]
    )
    func otherNames(entry: String) {
        #expect(baseline(approved: [entry]).judge(rpm(), at: now) == .notApproved(.noRule))
    }

    @Test("An approved package needs an advisory unless non-security updates are enabled")
    func approvedNonSecurity() {
        #expect(baseline(approved: ["openssl"]).judge(rpm([]), at: now) == .notApproved(.noRule))
        let judge = baseline(approved: ["openssl"], approvedIncludesNonSecurity: true)
        #expect(judge.judge(rpm([]), at: now) == .approved(.low, by: .list("openssl")))
    }

    @Test("A rule needs class and severity unless it includes non-security updates")
    func metadata() {
        for notices in [[], [notice("A", "Security", "")], [notice("A", "", "Important")]] {
            #expect(baseline([anything]).judge(rpm(notices), at: now) == .notApproved(.notSecurity))
            #expect(baseline([anythingAtAll]).judge(rpm(notices), at: now).level == .high)
        }
        var suse = rpm([notice("A", "Recommended", "")])
        suse.system = .suse
        #expect(baseline([anything]).judge(suse, at: now).level == .high, "SUSE is exempt")
    }

    @Test("Filters are ANDed and hold within one advisory, their values are ORed, and the highest level wins")
    func filters() {
        let rule = Baseline.ApprovalRule(
            filters: [PatchFilter(.classification, ["Security"]), PatchFilter(.severity, ["critical", "IMPORTANT"])],
            level: .medium
        )
        let judge = baseline([rule, anything, rule])
        #expect(judge.judge(rpm(), at: now) == .approved(.high, by: .rule(1)))
        let mixed = rpm([notice("A", "Bugfix", "Important"), notice("B", "Security", "Low")])
        #expect(baseline([rule]).judge(mixed, at: now) == .notApproved(.noRule))
        #expect(baseline([rule]).judge(rpm([notice("A", "Bugfix"), notice()]), at: now).level == .medium)
    }

    @Test("Without an advisory a filter matches by the value * alone")
    func anyValue() {
        let star = Baseline.ApprovalRule(filters: [PatchFilter(.severity, ["*"])], includesNonSecurity: true)
        let word = Baseline.ApprovalRule(filters: [PatchFilter(.severity, ["Low"])], includesNonSecurity: true)
        #expect(baseline([word, star]).judge(rpm([]), at: now) == .approved(.unspecified, by: .rule(1)))
    }

    @Test("A delay counts whole UTC days, from the advisory")
    func delay() {
        let week = Baseline.ApprovalRule(level: .high, delay: .days(7))
        let judge = { (date: Timestamp?) in baseline([week]).judge(rpm([notice(at: date)]), at: now) }
        #expect(judge(midnight(2026, 7, 8) + .microseconds(-1)).level == .high)
        let day = CivilDate(year: 2026, month: 7, day: 15)
        #expect(judge(midnight(2026, 7, 8)) == .waits(until: day, rule: 0))
        #expect(judge(nil) == .notApproved(.undated), "an unknown date is never auto-approved")
        #expect(baseline([week]).judge(rpm([]), at: now) == .notApproved(.notSecurity))
        let all = Baseline.ApprovalRule(level: .low, delay: .days(7), includesNonSecurity: true)
        #expect(baseline([all]).judge(rpm([]), at: now).level == .low, "no advisory: no date to count from")
    }

    @Test("The nearest day is told, and a rule that approves beats one that waits")
    func nearest() {
        let rules = [30, 20, 25].map { Baseline.ApprovalRule(level: .critical, delay: .days($0)) }
        let day = CivilDate(year: 2026, month: 7, day: 21)
        #expect(baseline(rules).judge(rpm(), at: now) == .waits(until: day, rule: 1))
        #expect(baseline(rules + [anything]).judge(rpm(), at: now) == .approved(.high, by: .rule(3)))
    }

    @Test("A last day is included, and nothing later is ever approved")
    func lastDay() {
        let rule = Baseline.ApprovalRule(delay: .until(CivilDate(year: 2026, month: 7, day: 1)))
        let judge = { (date: Timestamp?) in baseline([rule]).judge(rpm([notice(at: date)]), at: now) }
        #expect(judge(midnight(2026, 7, 2) + .microseconds(-1)).level == .unspecified)
        #expect(judge(midnight(2026, 7, 2)) == .notApproved(.tooLate))
        #expect(judge(nil) == .notApproved(.undated))
    }

    @Test("What is known to be exploited, or probably will be, is a filter")
    func threats() {
        var hot = notice()
        (hot.isKnownExploited, hot.exploitProbability, hot.normalizedSeverity) = (true, 0.3, "High")
        let keys: [(FilterKey, String, String)] = [
            (.knownExploited, "true", "false"), (.exploitProbability, "0.3", "0.31"),
            (.normalizedSeverity, "high", "critical"),
        ]
        for (key, yes, no) in keys {
            let judge = { (value: String) in
                baseline([.init(filters: [PatchFilter(key, [value])])]).judge(rpm([hot]), at: now)
            }
            #expect(judge(yes).level != nil)
            #expect(judge(no) == .notApproved(.noRule))
        }
    }
}

/// ssm-semantics §2.6.
@Suite("A baseline judges apt packages")
struct APTJudgementTests {
    @Test("Global filters stand before the approved list, which needs a security archive")
    func precedence() {
        let optional = [PatchFilter(.priority, ["Optional"])]
        #expect(baseline(global: optional, approved: ["openssl"]).judge(apt(), at: now) == .notApproved(.globalFilters))
        #expect(baseline(approved: ["openssl"]).judge(apt(), at: now) == .approved(.low, by: .list("openssl")))
        #expect(baseline(approved: ["openssl"]).judge(apt(isSecurity: false), at: now) == .notApproved(.noRule))
        let judge = baseline(approved: ["openssl"], approvedIncludesNonSecurity: true)
        #expect(judge.judge(apt(isSecurity: false), at: now).level == .low)
    }

    @Test("Rules compare priority and section in any case, and need a security archive unless told otherwise")
    func rules() {
        let filters = [PatchFilter(.priority, ["Required", "Important"]), PatchFilter(.section, ["UTILS"])]
        #expect(baseline([.init(filters: filters)]).judge(apt(), at: now).level == .unspecified)
        let judge = baseline([.init(filters: filters)])
        #expect(judge.judge(apt(isSecurity: false), at: now) == .notApproved(.notSecurity))
        #expect(baseline([anythingAtAll]).judge(apt(isSecurity: false), at: now).level == .high)
    }

    @Test("SSM's delay and last day do not count; ours does, from when the version was first seen")
    func delay() {
        let last = CivilDate(year: 2020, month: 1, day: 1)
        for delay in [ApprovalDelay.days(360), .until(last)] {
            #expect(baseline([.init(delay: delay)]).judge(apt(), at: now).level == .unspecified)
        }
        let week = Baseline.ApprovalRule(delay: .days(7), delayFrom: .firstSeen)
        #expect(baseline([week]).judge(apt(), at: now) == .notApproved(.undated))
        #expect(baseline([week]).judge(apt(firstSeenAt: midnight(2026, 7, 7)), at: now).level == .unspecified)
        let day = CivilDate(year: 2026, month: 7, day: 15)
        let seen = apt(firstSeenAt: midnight(2026, 7, 8))
        #expect(baseline([week]).judge(seen, at: now) == .waits(until: day, rule: 0))
    }

    @Test(
        "Lists know a package by apt's own forms",
        arguments: ["openssl", "openssl.amd64", "openssl:amd64", "openssl 3.0.2-0ubuntu1.15", "openssl=3.0.2*"]
    )
    func names(entry: String) {
        #expect(baseline([anything], rejected: [entry]).judge(apt(), at: now) == .rejected(entry))
    }
}

/// ssm-semantics §2.8.
@Suite("A baseline judges Windows updates")
struct WindowsJudgementTests {
    @Test("By catalogue attributes and release date; an approved KB or bulletin bypasses both")
    func rules() {
        let judge = Baseline.predefined(for: .windows)
        #expect(judge.judge(windows(), at: now).level == .unspecified)
        let day = CivilDate(year: 2026, month: 7, day: 17)
        #expect(judge.judge(windows(at: midnight(2026, 7, 10)), at: now) == .waits(until: day, rule: 0))
        for entry in ["kb5036451", "MS26-048"] {
            #expect(baseline(approved: [entry]).judge(windows(at: nil), at: now) == .approved(.low, by: .list(entry)))
            #expect(baseline([anything], rejected: [entry]).judge(windows(), at: now) == .rejected(entry))
        }
    }

    @Test("Application updates are meant only where the patch set says so")
    func applications() {
        let office = windows(isForApplication: true)
        #expect(Baseline.predefined(for: .windows).judge(office, at: now) == .notApproved(.noRule))
        let (system, both) = (Baseline.predefinedForWindows[0], Baseline.predefinedForWindows[1])
        #expect(system.judge(office, at: now) == .notApproved(.noRule))
        #expect(both.judge(office, at: now).level == .unspecified)
        #expect(both.judge(windows(), at: now).level == .unspecified)
    }
}
