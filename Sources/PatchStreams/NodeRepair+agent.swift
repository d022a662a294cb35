package import AgentProtocol
package import Domain

extension NodeRepair {
    /// The domain's form of what an agent sent.
    package init(_ report: RepairReport) {
        self.init(
            check: report.check,
            isRepaired: report.isRepaired,
            detail: report.detail,
            happenedAt: report.at
        )
    }
}
