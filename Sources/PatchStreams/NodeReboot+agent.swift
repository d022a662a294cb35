package import AgentProtocol
package import Domain

extension NodeReboot {
    /// The domain's form of what an agent sent.
    package init(_ report: BootReport) {
        self.init(
            order: report.order,
            outcome: RebootOutcome(report.outcome),
            before: BootIdentity(report.before),
            after: report.after.map(BootIdentity.init),
            expectedKernel: report.expectedKernel,
            reasons: report.reasons,
            missing: report.missing,
            condition: report.condition.map(NodeCondition.init),
            happenedAt: report.at
        )
    }
}

extension RebootOutcome {
    fileprivate init(_ outcome: BootReport.Outcome) {
        switch outcome {
        case .announced: self = .announced
        case .confirmed: self = .confirmed
        case .sameBoot: self = .sameBoot
        case .oldKernel: self = .oldKernel
        case .degraded: self = .degraded
        case .unordered: self = .unordered
        }
    }
}

extension NodeCondition {
    fileprivate init(_ condition: HostCondition) {
        self.init(
            failedUnits: condition.failedUnits,
            sockets: condition.sockets?.map(\.description),
            mounts: condition.mounts
        )
    }
}
