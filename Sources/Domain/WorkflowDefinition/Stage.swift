/// A step of a cycle, and the gate behind it.
package struct Stage: Codable, Equatable, Sendable {
    package var name: String
    package var work: Work
    package var gate: Gate?
    /// The documents that run beside an install; nil when none do.
    package var hooks: Hooks?
    /// Where a report is written beside the log; nil for nowhere.
    package var export: ReportExport?

    package enum Work: Codable, Equatable, Sendable {
        /// Find out what is installed and what is missing.
        case scan(LaneRules)
        /// Install the frozen plan.
        case install(LaneRules, reboot: RebootPolicy)
        /// Run a document.
        case run(LaneRules, Document)
        /// Write down what came of it.
        case report
    }

    package init(name: String, work: Work, gate: Gate? = nil, hooks: Hooks? = nil, export: ReportExport? = nil) {
        self.name = name
        self.work = work
        self.gate = gate
        self.hooks = hooks
        self.export = export
    }

    /// The rules of its lanes; nil for the report, which has none.
    package var laneRules: LaneRules? {
        switch work {
        case .scan(let rules), .install(let rules, _), .run(let rules, _): rules
        case .report: nil
        }
    }

    /// What its hosts are told to run, those of hooks in their order.
    package var documents: [Document] {
        if case .run(_, let document) = work { [document] } else { hooks?.documents ?? [] }
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
