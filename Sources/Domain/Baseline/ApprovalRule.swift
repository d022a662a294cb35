extension Baseline {
    /// Approves a patch when all of its filters match and its delay is over.
    package struct ApprovalRule: Equatable, Sendable {
        /// AND between them.
        package var filters: [PatchFilter]
        package var level: ComplianceLevel
        package var delay: ApprovalDelay
        /// nil as SSM has it: from the advisory, and on apt, where SSM knows no date, not at all.
        package var delayFrom: DelayOrigin?
        /// SSM's EnableNonSecurity: also versions that no advisory or security archive offers.
        package var includesNonSecurity: Bool

        package init(
            filters: [PatchFilter] = [],
            level: ComplianceLevel = .unspecified,
            delay: ApprovalDelay = .days(0),
            delayFrom: DelayOrigin? = nil,
            includesNonSecurity: Bool = false
        ) {
            self.filters = filters
            self.level = level
            self.delay = delay
            self.delayFrom = delayFrom
            self.includesNonSecurity = includesNonSecurity
        }
    }
}
