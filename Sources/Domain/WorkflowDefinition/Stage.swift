/// A step of a cycle, and the gate behind it.
package struct Stage: Codable, Equatable, Sendable {
    package var name: String
    package var work: Work
    package var gate: Gate?

    package enum Work: Codable, Equatable, Sendable {
        /// Find out what is installed and what is missing.
        case scan(LaneRules)
        /// Install the frozen plan.
        case install(LaneRules, reboot: RebootPolicy)
        /// Write down what came of it.
        case report
    }

    package init(name: String, work: Work, gate: Gate? = nil) {
        self.name = name
        self.work = work
        self.gate = gate
    }

    /// The rules of its lanes; nil for the report, which has none.
    package var laneRules: LaneRules? {
        switch work {
        case .scan(let rules), .install(let rules, _): rules
        case .report: nil
        }
    }
}

/// When a host reboots in an install.
package enum RebootPolicy: String, Codable, Sendable, CaseIterable {
    case ifNeeded = "if-needed"
    case never
}

/// What all lanes of a stage have in common.
package struct LaneRules: Codable, Equatable, Sendable {
    package static let defaultDeliverySeconds = 3_600
    package static let defaultHostRunSeconds = 4 * 3_600

    package var targets: TargetSelector
    package var window: WindowRule
    package var rateControl: RateControl
    /// How long an order waits for its host to accept it.
    package var deliverySeconds: Int
    /// How long a host run may take from its acceptance to its end.
    package var hostRunSeconds: Int

    package init(
        targets: TargetSelector,
        window: WindowRule,
        rateControl: RateControl,
        deliverySeconds: Int = LaneRules.defaultDeliverySeconds,
        hostRunSeconds: Int = LaneRules.defaultHostRunSeconds
    ) {
        self.targets = targets
        self.window = window
        self.rateControl = rateControl
        self.deliverySeconds = deliverySeconds
        self.hostRunSeconds = hostRunSeconds
    }
}
