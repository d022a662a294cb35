package import Time

extension Baseline {
    /// What the baseline says of a version that a host could install.
    ///
    /// In this order, as SSM documents it (ssm-semantics §2.3, §2.6, §2.8 and §2.9): the rejected list, the approved list, the global filters
    /// with any rule. On apt the global filters stand before the approved list. The highest level of the rules that approve counts.
    package func judge(_ candidate: PatchCandidate, at now: Timestamp) -> Judgement {
        let rejected = rejected + rejections.lazy.filter { $0.isInForce(at: now) }.map(\.entry)
        let names = rejected.isEmpty && approved.isEmpty ? [] : candidate.names
        if let entry = Self.entry(of: rejected, names) { return .rejected(entry) }
        let passes = candidate.notes.contains { passesGlobalFilters(candidate, $0) }
        let isListable = passes || candidate.system.family != .apt
        if isListable, let entry = Self.entry(of: approved, names), approvedIncludesNonSecurity || candidate.isPublished
        {
            return .approved(approvedLevel, by: .list(entry))
        }
        guard passes else { return .notApproved(.globalFilters) }
        return judge(byRules: candidate, at: now)
    }

    // MARK: - Steps

    private static func entry(of list: [String], _ names: [String]) -> String? {
        list.first { names.contains(where: Glob($0).matches) }
    }

    private func passesGlobalFilters(_ candidate: PatchCandidate, _ notice: PatchNotice?) -> Bool {
        globalFilters.allSatisfy { $0.matches(candidate, notice) }
    }

    /// Whichever rule and notice bring it furthest.
    private func judge(byRules candidate: PatchCandidate, at now: Timestamp) -> Judgement {
        var best = Judgement.notApproved(.noRule)
        for (index, rule) in rules.enumerated() where covers(rule, candidate) {
            for notice in candidate.notes
            where passesGlobalFilters(candidate, notice) && rule.filters.allSatisfy({ $0.matches(candidate, notice) }) {
                let judgement = judge(candidate, notice, rule, index, now)
                if best.isBehind(judgement) { best = judgement }
            }
        }
        return best
    }

    /// Windows: applications are meant only where the patch set says so.
    private func covers(_ rule: ApprovalRule, _ candidate: PatchCandidate) -> Bool {
        !candidate.isForApplication || (rule.filters + globalFilters).contains { $0.key == .patchSet }
    }

    private func judge(
        _ candidate: PatchCandidate,
        _ notice: PatchNotice?,
        _ rule: ApprovalRule,
        _ index: Int,
        _ now: Timestamp
    ) -> Judgement {
        guard rule.includesNonSecurity || candidate.isVouchedFor(by: notice) else { return .notApproved(.notSecurity) }
        guard let origin = rule.delayFrom ?? candidate.usualDelayOrigin(notice) else {
            return .approved(rule.level, by: .rule(index))
        }
        switch rule.delay.verdict(on: candidate.date(origin, of: notice), at: now) {
        case .approved: return .approved(rule.level, by: .rule(index))
        case .waits(let day): return .waits(until: day, rule: index)
        case .tooLate: return .notApproved(.tooLate)
        case .undated: return .notApproved(.undated)
        }
    }
}

extension PatchCandidate {
    /// Each notice, or none: filters hold within one of them.
    fileprivate var notes: [PatchNotice?] { notices.isEmpty ? [nil] : notices }

    /// What SSM asks of an entry of the approved list where non-security updates are not enabled.
    fileprivate var isPublished: Bool {
        switch system.family {
        case .rpm, .zypper: !notices.isEmpty
        case .apt: isFromSecurityArchive
        case .windows, .macOS: true
        }
    }

    /// What it asks of a rule; on Windows and macOS there is no such thing.
    fileprivate func isVouchedFor(by notice: PatchNotice?) -> Bool {
        switch system.family {
        case .rpm: notice.map { !$0.classification.isEmpty && !$0.severity.isEmpty } ?? false
        case .zypper: notice != nil
        case .apt: isFromSecurityArchive
        case .windows, .macOS: true
        }
    }

    /// nil where SSM lets no delay count: on apt and macOS, and for a version that no advisory speaks of.
    fileprivate func usualDelayOrigin(_ notice: PatchNotice?) -> DelayOrigin? {
        switch system.family {
        case .apt, .macOS: nil
        case .rpm, .zypper, .windows: notice == nil ? nil : .advisory
        }
    }
}

extension Judgement {
    /// Approved beats waiting, the higher level and the nearer day win, and of obstacles the last one met.
    fileprivate func isBehind(_ other: Self) -> Bool {
        switch (self, other) {
        case (.approved(let own, _), .approved(let level, _)): own < level
        case (.waits(let own, _), .waits(let day, _)): day.daysSince1970 < own.daysSince1970
        default: rank < other.rank
        }
    }

    private var rank: Int {
        switch self {
        case .rejected, .notApproved(.globalFilters), .notApproved(.noRule): 0
        case .notApproved(.notSecurity): 1
        case .notApproved(.tooLate): 2
        case .notApproved(.undated): 3
        case .waits: 4
        case .approved: 5
        }
    }
}
