package import Time

/// Why a patch is what it is on a node, in one sentence.
package struct Explanation: Equatable, Sendable {
    package enum Cause: String, Codable, Sendable, CaseIterable {
        case installed
        case pendingReboot = "pending-reboot"
        case notApprovedYet = "not-approved-yet"
        case notApproved = "not-approved"
        case notApplicable = "not-applicable"
        case rejected
        /// See ``PatchObstacle``.
        case obstructed
        case failed
        case waitsForInstall = "waits-for-install"
    }

    /// The install that is to bring what is missing.
    package struct NextInstall: Equatable, Sendable {
        package var cycle: String
        package var stage: String
        /// nil while its lane is not open.
        package var window: WindowOccurrence?

        package init(cycle: String, stage: String, window: WindowOccurrence?) {
            self.cycle = cycle
            self.stage = stage
            self.window = window
        }
    }

    /// Earlier installs that were to bring the patch and did not.
    package struct Failures: Equatable, Sendable {
        package var count: Int
        /// The class of the last one; nil when it is unknown.
        package var cause: String?
        /// The end of what was printed about the patch in the last one; nil when nobody told.
        package var output: String?

        package init(count: Int, cause: String?, output: String? = nil) {
            self.count = count
            self.cause = cause
            self.output = output
        }
    }

    package let patch: Patch
    package let cause: Cause
    package let sentence: String
    /// The end of what was printed when it failed; nil unless that is the cause.
    package let output: String?

    /// - Parameters:
    ///   - candidate: the installed version, or one that is offered.
    ///   - item: what the report says of it; nil when it is not in there, as what is offered and not approved.
    ///   - failures: nil when there was none.
    ///   - waiver: one that is in force for it on the node.
    ///   - next: nil when no cycle under way will bring what is missing.
    package init(
        _ candidate: PatchCandidate,
        _ item: PatchItem?,
        by baseline: Baseline,
        at now: Timestamp,
        failures: Failures? = nil,
        waiver: Waiver? = nil,
        next: NextInstall? = nil
    ) {
        patch = candidate.patch
        let judgement = baseline.judge(candidate, at: now)
        switch item?.state {
        case .installed, .installedOther, .installedRejected:
            (cause, output) = (.installed, nil)
            sentence = Self.installed(judgement, baseline)
        case .installedPendingReboot:
            (cause, output) = (.pendingReboot, nil)
            sentence = "It is installed, and takes effect with the next boot."
        case .notApplicable:
            (cause, output) = (.notApplicable, nil)
            sentence = "\(baseline.name) approves it, and it is nothing for this node."
        case .missing, .failed, .availableSecurityUpdate, nil:
            let (cause, sentence) = Self.absent(judgement, item, baseline, failures, next, at: now)
            (self.cause, output) = (cause, cause == .failed ? failures?.output : nil)
            self.sentence = sentence + (waiver.map { " " + Self.text($0) } ?? "")
        }
    }

    // MARK: - Sentences

    private static func installed(_ judgement: Judgement, _ baseline: Baseline) -> String {
        switch judgement {
        case .approved: "It is installed, and \(baseline.name) approves it."
        case .rejected(let entry) where baseline.rejectedAction == .block:
            "It is installed, and \(baseline.name) rejects it by its entry \(entry): remove it from the host."
        case .rejected(let entry):
            "It is installed; \(baseline.name) rejects it by its entry \(entry), and tolerates what is there."
        case .waits, .notApproved: "It is installed, and \(baseline.name) asks for nothing more."
        }
    }

    private static func absent(
        _ judgement: Judgement,
        _ item: PatchItem?,
        _ baseline: Baseline,
        _ failures: Failures?,
        _ next: NextInstall?,
        at now: Timestamp
    ) -> (Cause, String) {
        switch judgement {
        case .approved(_, let approver):
            var approved = "\(baseline.name) approves it by \(text(approver))"
            if let obstacle = item?.obstacle {
                guard obstacle.isRepairable else { return (.obstructed, "\(approved), but \(text(obstacle))") }
                approved += "; \(text(obstacle).trimmedFullStop)"
            }
            guard item?.state == .failed || failures != nil else {
                return (.waitsForInstall, "\(approved); it is missing, and \(text(next))")
            }
            return (.failed, "\(approved); \(text(failures)), and \(text(next))")
        case .rejected(let entry):
            let whose = baseline.rejections.first { $0.entry == entry && $0.isInForce(at: now) }
            return (.rejected, "\(baseline.name) rejects it by its entry \(entry)\(whose.map(text) ?? "").")
        case .waits(let day, let rule):
            return (
                .notApprovedYet,
                "It is not approved yet: \(text(.rule(rule))) of \(baseline.name) approves it from \(day) on."
            )
        case .notApproved(let obstacle): return (.notApproved, "It is not approved: \(text(obstacle, baseline))")
        }
    }

    /// People count from one.
    private static func text(_ approver: Judgement.Approver) -> String {
        switch approver {
        case .rule(let index): "rule \(index + 1)"
        case .list(let entry): "its entry \(entry)"
        }
    }

    private static func text(_ obstacle: Judgement.Obstacle, _ baseline: Baseline) -> String {
        switch obstacle {
        case .notSecurity:
            "no advisory or security archive offers it, and what matches in \(baseline.name) takes no other updates."
        case .globalFilters: "the global filters of \(baseline.name) leave it out."
        case .noRule: "no rule of \(baseline.name) is for it."
        case .undated: "a rule of \(baseline.name) is for it, and nobody knows the date that its delay counts from."
        case .tooLate: "it is dated after the last day that the rule of \(baseline.name) approves."
        }
    }

    static func text(_ obstacle: PatchObstacle) -> String {
        switch obstacle {
        case .held: "a person holds the package back on the host; it comes when the hold is lifted there."
        case .pinned: "a pin on the host keeps the package at an older version; it comes when the pin is removed there."
        case .phased: "the vendor gives it to a part of all hosts at a time, and not to all yet."
        case .broken: "the package is broken on the host, and an install repairs it first."
        case .blocked(let blocker): "\(blocker) keeps it out."
        }
    }

    private static func text(_ rejection: PatchRejection) -> String {
        let end = rejection.expires.map { ", until \($0) included" } ?? ""
        return " (\(rejection.owner)\(end): \(rejection.reason))"
    }

    private static func text(_ failures: Failures?) -> String {
        let cause = failures?.cause.map { " (\($0))" } ?? ""
        guard let count = failures?.count, count > 1 else { return "the last run was to install it and failed\(cause)" }
        return "\(count) runs were to install it and failed, the last one\(cause.isEmpty ? " too" : cause)"
    }

    private static func text(_ waiver: Waiver) -> String {
        let approver = waiver.approval.map { ", approved by \($0.by)" } ?? ""
        return "Its deadline is waived until \(waiver.expiresAt) by \(waiver.id)\(approver): \(waiver.reason)"
    }

    private static func text(_ next: NextInstall?) -> String {
        guard let next else { return "the next cycle brings it." }
        let time = next.window.map { "; its window opens at \($0.opens)" } ?? ""
        return "stage \(next.stage) of cycle \(next.cycle) brings it if its plan has it\(time)."
    }
}
