import Domain
import Testing
import Time

private let day = 86_400
private let now = seconds(20_000 * day)

private func candidate(
    _ name: String = "openssl",
    _ notices: [PatchNotice] = [notice()],
    isFromSecurityArchive: Bool = false,
    on system: OperatingSystem = .amazonLinux2023
) -> PatchCandidate {
    PatchCandidate(
        patch: Patch(name: name, architecture: "x86_64", version: "2.0-1"),
        system: system,
        product: "any",
        isFromSecurityArchive: isFromSecurityArchive,
        notices: notices
    )
}

private func notice(_ classification: String = "Security", days: Int? = 30) -> PatchNotice {
    PatchNotice(
        id: "A-1",
        classification: classification,
        severity: "Important",
        releasedAt: days.map { now - .seconds($0 * day) }
    )
}

private func baseline(_ delay: ApprovalDelay = .days(7), _ action: RejectedAction = .allowAsDependency) -> Baseline {
    Baseline(
        name: "base",
        patchGroups: ["*"],
        globalFilters: [PatchFilter(.classification, ["Security", "Bugfix"])],
        rules: [
            Baseline.ApprovalRule(filters: [PatchFilter(.severity, ["Critical"])]),
            Baseline.ApprovalRule(
                filters: [PatchFilter(.classification, ["Security"])],
                level: .critical,
                delay: delay
            ),
        ],
        approved: ["curl"],
        rejected: ["telnet*"],
        rejectedAction: action
    )
}

/// What the report and the explanation make of one package.
private func why(
    offered candidate: PatchCandidate,
    by baseline: Baseline = baseline(),
    obstacle: PatchObstacle? = nil,
    operation: PatchSurvey.Operation = .scan,
    failures: Explanation.Failures? = nil,
    waiver: Waiver? = nil,
    next: Explanation.NextInstall? = nil
) -> Explanation {
    let survey = PatchSurvey(
        installed: [],
        available: [candidate],
        obstacles: obstacle.map { [candidate.patch: $0] } ?? [:],
        operation: operation
    )
    let item = PatchReport(survey, by: baseline, at: now).items.first
    return Explanation(candidate, item, by: baseline, at: now, failures: failures, waiver: waiver, next: next)
}

private func why(
    installed candidate: PatchCandidate,
    by baseline: Baseline = baseline(),
    awaitingReboot: Set<String> = []
) -> Explanation {
    let survey = PatchSurvey(installed: [candidate], available: [], awaitingReboot: awaitingReboot)
    let item = PatchReport(survey, by: baseline, at: now).items.first
    return Explanation(candidate, item, by: baseline, at: now)
}

@Suite("One sentence for each patch")
struct ExplanationTests {
    private func expect(
        _ explanation: Explanation,
        _ cause: Explanation.Cause,
        _ sentence: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(explanation.cause == cause, sourceLocation: location)
        #expect(explanation.sentence == sentence, sourceLocation: location)
    }

    @Test("What is not approved yet says until when and by which rule")
    func waits() {
        expect(
            why(offered: candidate("openssl", [notice(days: 3)])),
            .notApprovedYet,
            "It is not approved yet: rule 2 of base approves it from 2024-10-08 on."
        )
    }

    @Test("What is not approved says what stood in the way")
    func notApproved() {
        expect(
            why(offered: candidate("vim", [notice("Feature")])),
            .notApproved,
            "It is not approved: the global filters of base leave it out."
        )
        expect(
            why(offered: candidate("vim", [notice("Bugfix")])),
            .notApproved,
            "It is not approved: no rule of base is for it."
        )
        expect(
            why(offered: candidate("vim", [notice(days: nil)])),
            .notApproved,
            "It is not approved: a rule of base is for it, and nobody knows the date that its delay counts from."
        )
        expect(
            why(offered: candidate(), by: baseline(.until(CivilDate(daysSince1970: 19_000)))),
            .notApproved,
            "It is not approved: it is dated after the last day that the rule of base approves."
        )
        let archive = Baseline(name: "base", patchGroups: ["*"], rules: [Baseline.ApprovalRule()])
        expect(
            why(offered: candidate("vim", [], on: .debian), by: archive),
            .notApproved,
            "It is not approved: no advisory or security archive offers it, and what matches in base takes no other updates."
        )
    }

    @Test("What is rejected names the entry")
    func rejected() {
        expect(why(offered: candidate("telnetd")), .rejected, "base rejects it by its entry telnet*.")
    }

    @Test(
        "What is kept out says by what",
        arguments: [
            (
                PatchObstacle.held,
                "a person holds the package back on the host; it comes when the hold is lifted there."
            ),
            (.phased, "the vendor gives it to a part of all hosts at a time, and not to all yet."),
            (
                .pinned,
                "a pin on the host keeps the package at an older version; it comes when the pin is removed there."
            ),
            (.blocked(by: "acme"), "acme keeps it out."),
        ]
    )
    func obstacles(obstacle: PatchObstacle, text: String) {
        expect(why(offered: candidate(), obstacle: obstacle), .obstructed, "base approves it by rule 2, but \(text)")
    }

    @Test("What is broken waits for the install that repairs it")
    func broken() {
        let repair = "base approves it by rule 2; the package is broken on the host, and an install repairs it first; "
        expect(
            why(offered: candidate(), obstacle: .broken),
            .waitsForInstall,
            "\(repair)it is missing, and the next cycle brings it."
        )
        expect(
            why(offered: candidate(), obstacle: .broken, operation: .install(onlyNames: nil)),
            .failed,
            "\(repair)the last run was to install it and failed, and the next cycle brings it."
        )
    }

    @Test("What is missing says which install brings it")
    func missing() {
        expect(
            why(offered: candidate("curl")),
            .waitsForInstall,
            "base approves it by its entry curl; it is missing, and the next cycle brings it."
        )
        var next = Explanation.NextInstall(cycle: "c-1", stage: "early", window: nil)
        expect(
            why(offered: candidate(), next: next),
            .waitsForInstall,
            "base approves it by rule 2; it is missing, and stage early of cycle c-1 brings it if its plan has it."
        )
        next.window = WindowOccurrence(opening: seconds(20_001 * day), durationSeconds: 60, cutoffSeconds: 0)
        let sentence = why(offered: candidate(), next: next).sentence
        #expect(sentence.hasSuffix("if its plan has it; its window opens at 2024-10-05T00:00:00Z."))
    }

    @Test("What failed says of what, where that is known")
    func failed() {
        let install = PatchSurvey.Operation.install(onlyNames: nil)
        expect(
            why(offered: candidate(), operation: install, failures: .init(count: 1, cause: "conflict")),
            .failed,
            "base approves it by rule 2; the last run was to install it and failed (conflict), and the next cycle brings it."
        )
        let unknown = why(offered: candidate(), operation: install).sentence
        #expect(unknown.contains("was to install it and failed, and"))
        let often = why(offered: candidate(), failures: .init(count: 3, cause: "disk"))
        #expect(often.cause == .failed, "though it was scanned since")
        #expect(often.sentence.contains("; 3 runs were to install it and failed, the last one (disk), and the next"))
    }

    @Test("What a person rejected says whose decision that is and until when")
    func rejectedByPerson() {
        var base = baseline()
        base.rejections = [
            PatchRejection(
                entry: "openssl",
                reason: "it breaks the till",
                owner: "ana",
                expires: CivilDate(daysSince1970: 20_000)
            )
        ]
        expect(
            why(offered: candidate(), by: base),
            .rejected,
            "base rejects it by its entry openssl (ana, until 2024-10-04 included: it breaks the till)."
        )
    }

    @Test("What is waived says so, until when and by whom")
    func waived() throws {
        var waiver = try Waiver(
            id: "W-1",
            subject: .advisory("A-1"),
            scope: .fleet,
            reason: "no restart before the fair",
            compensatingControl: "the port is closed",
            owner: "olga",
            requestedBy: "ada",
            requestedAt: now,
            expiresAt: now + .seconds(day)
        )
        try waiver.approve(by: "ben", at: now)
        let sentence = why(offered: candidate(), waiver: waiver).sentence
        let waived = "Its deadline is waived until 2024-10-05T00:00:00Z by W-1, approved by ben: "
        #expect(sentence.hasSuffix("the next cycle brings it. \(waived)no restart before the fair"))
        #expect(waiver.isAbout(candidate()) && !waiver.isAbout(candidate("vim", [])))
    }

    @Test("What is installed says whether anybody wanted it, or waits for its boot")
    func installed() {
        expect(why(installed: candidate()), .installed, "It is installed, and base approves it.")
        expect(
            why(installed: candidate("vim", [])),
            .installed,
            "It is installed, and base asks for nothing more."
        )
        expect(
            why(installed: candidate("telnet")),
            .installed,
            "It is installed; base rejects it by its entry telnet*, and tolerates what is there."
        )
        expect(
            why(installed: candidate("telnet"), by: baseline(.days(7), .block)),
            .installed,
            "It is installed, and base rejects it by its entry telnet*: remove it from the host."
        )
        expect(
            why(installed: candidate(), awaitingReboot: ["openssl"]),
            .pendingReboot,
            "It is installed, and takes effect with the next boot."
        )
    }

    @Test("On Windows, what applies to nothing there and what is only available are told, too")
    func windows() {
        let update = candidate("KB1", [notice("SecurityUpdates")], on: .windows)
        let approving = Baseline(name: "base", patchGroups: ["*"], rules: [Baseline.ApprovalRule()])
        let report = PatchReport(
            PatchSurvey(installed: [], available: [], inapplicable: [update]),
            by: approving,
            at: now
        )
        expect(
            Explanation(update, report.items.first, by: approving, at: now),
            .notApplicable,
            "base approves it, and it is nothing for this node."
        )
        let silent = Baseline(name: "base", patchGroups: ["*"], rules: [])
        expect(why(offered: update, by: silent), .notApproved, "It is not approved: no rule of base is for it.")
    }
}
