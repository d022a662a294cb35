import Domain
import Testing
import Time

private let moment = seconds(1_780_000_000)

private func notice(_ classification: String, _ severity: String = "Important") -> PatchNotice {
    PatchNotice(
        id: "ALAS2023-2026-1",
        classification: classification,
        severity: severity,
        cves: ["CVE-2026-9", "CVE-2026-7"],
        releasedAt: seconds(1_770_000_000)
    )
}

private func package(
    _ name: String,
    _ notices: [PatchNotice] = [notice("Security")],
    on system: OperatingSystem = .amazonLinux2023,
    isFromSecurityArchive: Bool = false
) -> PatchCandidate {
    PatchCandidate(
        patch: Patch(name: name, architecture: "x86_64", version: "2.0-1"),
        system: system,
        product: "any",
        priority: "optional",
        isFromSecurityArchive: isFromSecurityArchive,
        notices: notices
    )
}

/// Approves security and bugfixes, a high and a critical one by name, and rejects telnet.
private func baseline(_ action: RejectedAction = .allowAsDependency) -> Baseline {
    let rule = { (word: String, level: ComplianceLevel) in
        Baseline.ApprovalRule(filters: [PatchFilter(.classification, [word])], level: level)
    }
    return Baseline(
        name: "baseline",
        patchGroups: ["*"],
        rules: [rule("Security", .critical), rule("Bugfix", .low)],
        approved: ["kernel*"],
        approvedLevel: .unspecified,
        rejected: ["telnet"],
        rejectedAction: action
    )
}

/// ssm-semantics §4.1 to §4.3.
@Suite("The states of a node's patches")
struct PatchReportTests {
    private func states(_ survey: PatchSurvey, _ baseline: Baseline = baseline()) -> [String: PatchState] {
        let items = PatchReport(survey, by: baseline, at: moment).items
        return Dictionary(items.map { ($0.patch.name, $0.state) }) { first, _ in first }
    }

    @Test("What is there is installed, other, awaiting its boot, or rejected where that counts")
    func installed() {
        let survey = PatchSurvey(
            installed: [package("openssl"), package("vim", []), package("kernel"), package("telnet")],
            available: [],
            awaitingReboot: ["kernel"]
        )
        let expected: [String: PatchState] = [
            "openssl": .installed, "vim": .installedOther, "kernel": .installedPendingReboot, "telnet": .installedOther,
        ]
        #expect(states(survey) == expected)
        #expect(PatchReport(survey, by: baseline(), at: moment).count(.installedRejected) == 0)
        let blocked = PatchReport(survey, by: baseline(.block), at: moment)
        #expect(blocked.count(.installedRejected) == 1)
        #expect(!blocked.isCompliant)
    }

    @Test("What is approved and absent is missing after a scan, and failed after an install that was to bring it")
    func absent() {
        var survey = PatchSurvey(
            installed: [],
            available: [package("openssl"), package("curl"), package("vim", []), package("telnet")]
        )
        #expect(states(survey) == ["openssl": .missing, "curl": .missing])
        survey.operation = .install(onlyNames: nil)
        #expect(states(survey) == ["openssl": .failed, "curl": .failed])
        survey.operation = .install(onlyNames: ["curl"])
        #expect(
            states(survey) == ["openssl": .missing, "curl": .failed],
            "with an override list the rest stays missing"
        )
    }

    @Test(
        "What an obstacle kept out of the install is missing, save what the install was to repair",
        arguments: [
            (.held, .missing), (.pinned, .missing), (.phased, .missing), (.blocked(by: "acme"), .missing),
            (.broken, .failed),
        ] as [(PatchObstacle, PatchState)]
    )
    func keptOut(obstacle: PatchObstacle, state: PatchState) {
        let survey = PatchSurvey(
            installed: [],
            available: [package("openssl")],
            obstacles: [package("openssl").patch: obstacle],
            operation: .install(onlyNames: ["openssl"])
        )
        let items = PatchReport(survey, by: baseline(), at: moment).items
        #expect(items.map(\.state) == [state] && items.map(\.obstacle) == [obstacle])
    }

    @Test(
        "An absent patch carries level, vendor's words, CVEs and what stands in its way; one that is other carries none"
    )
    func item() throws {
        let survey = PatchSurvey(
            installed: [package("vim", [])],
            available: [package("openssl")],
            obstacles: [package("openssl").patch: .blocked(by: "acme"), package("vim").patch: .held]
        )
        let report = PatchReport(survey, by: baseline(), at: moment)
        let openssl = PatchItem(
            patch: Patch(name: "openssl", architecture: "x86_64", version: "2.0-1"),
            state: .missing,
            status: .nonCompliant,
            level: .critical,
            classification: "Security",
            vendorSeverity: "Important",
            cves: ["CVE-2026-7", "CVE-2026-9"],
            obstacle: .blocked(by: "acme")
        )
        #expect(report.items.first == openssl)
        let vim = try #require(report.items.last)
        #expect(vim.classification == nil && vim.vendorSeverity == nil && vim.obstacle == nil && vim.cves == [])
    }

    @Test("apt reports the archive's class, the priority word and no CVEs")
    func apt() throws {
        let found = package("openssl", on: .ubuntu, isFromSecurityArchive: true)
        let report = PatchReport(PatchSurvey(installed: [], available: [found]), by: baseline(), at: moment)
        let item = try #require(report.items.first)
        #expect(item.classification == "Security")
        #expect(item.vendorSeverity == "optional")
        #expect(item.cves == [])
    }

    @Test("Counts go by level and by class, one patch may be in both, and the worst level begins at INFORMATIONAL")
    func counts() {
        let survey = PatchSurvey(
            installed: [],
            available: [
                package("both"), package("neither", [notice("Bugfix")]), package("kernel", [notice("security", "Low")]),
            ]
        )
        let report = PatchReport(survey, by: baseline(), at: moment)
        #expect((report.criticalCount, report.securityCount, report.otherCount) == (1, 2, 1))
        #expect(report.worstLevel == .critical)
        let low = PatchSurvey(installed: [], available: [package("kernel", [notice("Bugfix")])])
        #expect(PatchReport(low, by: baseline(), at: moment).worstLevel == .informational)
        let clean = PatchReport(PatchSurvey(installed: [package("openssl")], available: []), by: baseline(), at: moment)
        #expect(clean.isCompliant)
        #expect(clean.worstLevel == nil)
    }

    @Test(
        "Windows tells of security updates nobody approved, which count as the baseline says, and of what does not apply"
    )
    func windows() {
        let security = package("KB1", [notice("SecurityUpdates", "Low")], on: .windows)
        let survey = PatchSurvey(
            installed: [],
            available: [security, package("KB2", [notice("Updates")], on: .windows)],
            inapplicable: [package("KB3", [notice("SecurityUpdates", "Critical")], on: .windows)]
        )
        var baseline = Baseline.predefined(for: .windows)
        #expect(states(survey, baseline) == ["KB1": .availableSecurityUpdate, "KB3": .notApplicable])
        let report = PatchReport(survey, by: baseline, at: moment)
        #expect((report.criticalCount, report.securityCount, report.otherCount) == (0, 1, 0))
        #expect(report.items.map(\.status) == [.nonCompliant, nil])
        #expect(report.worstLevel == .informational)
        baseline.availableSecurityUpdates = .compliant
        #expect(PatchReport(survey, by: baseline, at: moment).isCompliant)
    }
}
