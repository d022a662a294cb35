import ReadModels

/// The gate behind a stage while it is open: what it waits for, and what a person can type.
struct GateSection {
    private let stage: StageView
    private let cycle: String
    private let commandSuffix: String

    init(_ stage: StageView, cycle: String, commandSuffix: String) {
        self.stage = stage
        self.cycle = cycle
        self.commandSuffix = commandSuffix
    }

    func lines(_ style: OutputStyle) -> [String] {
        guard let gate = stage.gate else { return [] }
        switch gate.state {
        case "open":
            let title = style.fitted("gate after \(stage.name) is open".printable)
            return ["", style.paint(title, .warning)] + waits(gate).map { style.fitted($0.printable) } + approval(gate)
        case "passed":
            return (approvals(gate).map { "gate passed, \($0)" } + waiver(gate) + checks(gate)).map { text in
                "  " + style.paint(style.indented(by: 2).fitted(text.printable), .faint)
            }
        default:
            return []
        }
    }

    /// What to type to approve; nil when no approval is wanted, or none can be given yet.
    static func approveCommand(_ stage: StageView, cycle: String, suffix: String) -> String? {
        guard let gate = stage.gate, gate.state == "open", let digest = gate.planDigest,
            gate.approvals.count < gate.approvalsNeeded
        else { return nil }
        return "ringmaster cycle approve \(cycle) --stage \(stage.name) --digest \(digest)\(suffix)".printable
    }

    // MARK: - Steps

    private func waits(_ gate: GateView) -> [String] {
        (gate.waitsFor.map { "waits for \($0)" } + checks(gate) + approvals(gate) + waiver(gate)).map { "  " + $0 }
    }

    private func approvals(_ gate: GateView) -> [String] {
        gate.approvals.map { "approved by \($0.by) at \($0.at.toTheSecond)" + Self.because($0.reason) }
    }

    private func waiver(_ gate: GateView) -> [String] {
        gate.waiver.map { ["waived by \($0.by) at \($0.at.toTheSecond)" + Self.because($0.reason)] } ?? []
    }

    /// Each with its last value against its limit.
    private func checks(_ gate: GateView) -> [String] {
        (gate.checks ?? []).map { check in
            let found = check.found.map { "found \($0), " } ?? ""
            let time = check.askedAt.map { ", asked \($0.toTheSecond)" } ?? ""
            let failures = check.failuresInARow > 1 ? ", \(check.failuresInARow) failures in a row" : ""
            let waiver = check.waiver.map { ", waived by \($0.by)" + Self.because($0.reason) } ?? ""
            return "check \(check.name) \(check.state): \(found)must be \(check.limit)\(time)\(failures)\(waiver)"
        }
    }

    private static func because(_ reason: String?) -> String { reason.map { ": \($0)" } ?? "" }

    private func approval(_ gate: GateView) -> [String] {
        Self.approveCommand(stage, cycle: cycle, suffix: commandSuffix).map { ["  approve with:", "    \($0)"] } ?? []
    }
}
