import Domain

/// A baseline as GetPatchBaseline and UpdatePatchBaseline show it.
struct BaselineView: Encodable, Sendable {
    var baselineId: String
    var name: String
    var operatingSystem: OperatingSystem?
    var globalFilters: FilterGroup
    var approvalRules: RuleGroup
    var approvedPatches: [String]
    var approvedPatchesComplianceLevel: ComplianceLevel
    var approvedPatchesEnableNonSecurity: Bool
    var rejectedPatches: [String]
    var rejectedPatchesAction: RejectedAction
    /// nil in the answer to an update.
    var patchGroups: [String]?
    var createdDate: EpochSeconds?
    var modifiedDate: EpochSeconds?
    var description: String?
    var sources: [SourceItem]
    /// Of Windows alone.
    var availableSecurityUpdatesComplianceStatus: AvailableSecurityUpdates?

    init(_ baseline: Baseline, as reference: String, _ dates: BaselineDates?, patchGroups: [String]?) {
        baselineId = reference
        name = baseline.name
        operatingSystem = baseline.system
        globalFilters = FilterGroup(baseline.globalFilters)
        approvalRules = RuleGroup(baseline.rules)
        approvedPatches = baseline.approved
        approvedPatchesComplianceLevel = baseline.approvedLevel
        approvedPatchesEnableNonSecurity = baseline.approvedIncludesNonSecurity
        rejectedPatches = baseline.allRejected
        rejectedPatchesAction = baseline.rejectedAction
        self.patchGroups = patchGroups
        createdDate = dates.map { EpochSeconds($0.created) }
        modifiedDate = dates.map { EpochSeconds($0.modified) }
        description = baseline.shownDescription
        sources = baseline.sources.map(SourceItem.init)
        if baseline.system == .windows { availableSecurityUpdatesComplianceStatus = baseline.availableSecurityUpdates }
    }
}

/// SSM's `PatchBaselineIdentity`.
struct BaselineIdentity: Encodable, Sendable {
    var baselineId: String
    var baselineName: String
    var operatingSystem: OperatingSystem?
    var baselineDescription: String?
    var defaultBaseline: Bool

    init(_ baseline: Baseline, in directory: BaselineDirectory, _ call: Call) {
        baselineId = directory.reference(to: baseline, call)
        baselineName = baseline.name
        operatingSystem = baseline.system
        baselineDescription = baseline.shownDescription
        let standard = baseline.system.map(directory.policy.defaultBaseline)
        defaultBaseline = standard?.name == baseline.name
    }
}

extension Baseline {
    /// Tools tell SSM's own by these words (ssm-semantics §1.6).
    fileprivate var shownDescription: String? {
        guard isPredefined, let system else { return description }
        return "Default Patch Baseline for \(system.product(version: "")) Provided by AWS."
    }
}
