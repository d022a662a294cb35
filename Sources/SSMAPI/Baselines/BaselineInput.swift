import Domain
import Time

/// What CreatePatchBaseline and UpdatePatchBaseline say of a baseline.
struct BaselineInput: Decodable, Sendable {
    var baselineId: String?
    var replace: Bool?
    var clientToken: String?
    var tags: [TagItem]?
    var operatingSystem: OperatingSystem?

    var name: String?
    var globalFilters: FilterGroup?
    var approvalRules: RuleGroup?
    var approvedPatches: [String]?
    var approvedPatchesComplianceLevel: ComplianceLevel?
    var approvedPatchesEnableNonSecurity: Bool?
    var rejectedPatches: [String]?
    var rejectedPatchesAction: RejectedAction?
    var description: String?
    var sources: [SourceItem]?
    var availableSecurityUpdatesComplianceStatus: AvailableSecurityUpdates?

    /// The baseline that is to be made.
    func baseline(id: String) throws(SSMError) -> Baseline {
        var baseline = Baseline(
            id: id,
            name: name ?? "",
            system: operatingSystem ?? .windows,
            patchGroups: [],
            rules: [],
            tags: try TagItem.dictionary(tags ?? [])
        )
        try apply(to: &baseline)
        return baseline
    }

    /// Puts what is given in the place of what there is; with `Replace`, nothing of what is not given is left.
    func update(_ baseline: inout Baseline) throws(SSMError) {
        guard replace == true else { return try apply(to: &baseline) }
        guard let name else {
            throw .validation(
                "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"
            )
        }
        var whole = Baseline(
            id: baseline.id,
            name: name,
            system: baseline.system,
            patchGroups: baseline.patchGroups,
            rules: baseline.rules,
            rejections: baseline.rejections,
            tags: baseline.tags
        )
        var input = self
        input.approvalRules = approvalRules ?? RuleGroup([])
        input.rejectedPatches = rejectedPatches ?? []
        try input.apply(to: &whole)
        baseline = whole
    }

    // MARK: - Steps

    private func apply(to baseline: inout Baseline) throws(SSMError) {
        if let name { baseline.name = name }
        if let description { baseline.description = description }
        if let globalFilters { baseline.globalFilters = globalFilters.filters }
        if let approvalRules { baseline.rules = try approvalRules.rules(keeping: baseline.rules) }
        if let approvedPatches { baseline.approved = approvedPatches }
        if let approvedPatchesComplianceLevel { baseline.approvedLevel = approvedPatchesComplianceLevel }
        if let approvedPatchesEnableNonSecurity {
            baseline.approvedIncludesNonSecurity = approvedPatchesEnableNonSecurity
        }
        if let rejectedPatches { baseline.reject(exactly: rejectedPatches) }
        if let rejectedPatchesAction { baseline.rejectedAction = rejectedPatchesAction }
        if let sources { baseline.sources = sources.map(\.source) }
        if let availableSecurityUpdatesComplianceStatus {
            baseline.availableSecurityUpdates = availableSecurityUpdatesComplianceStatus
        }
    }
}

extension Baseline {
    /// All that it rejects, whatever is said about it beside the entry.
    var allRejected: [String] { rejected + rejections.map(\.entry) }

    /// Those that are rejected with a reason keep it as long as they are rejected.
    fileprivate mutating func reject(exactly entries: [String]) {
        rejections.removeAll { !entries.contains($0.entry) }
        let explained = Set(rejections.map(\.entry))
        rejected = entries.filter { !explained.contains($0) }
    }
}
