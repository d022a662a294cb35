package import ReadModels

/// Turns looks at a cycle into lines, each said once: what is new since the look before.
package struct CycleJournal: Sendable {
    /// How near it looks.
    package enum Detail: Sendable {
        case lanes
        case lanesAndHosts
        /// For a few hosts before a person's eyes: no lanes, and no commands to type.
        case hosts
    }

    private let detail: Detail
    private let commandSuffix: String
    /// What was last said of each thing.
    private var said: [String: String] = [:]

    package init(_ detail: Detail, commandSuffix: String = "") {
        self.detail = detail
        self.commandSuffix = commandSuffix
    }

    /// The lines that are new, in the order of the stages.
    package mutating func changes(in cycle: CycleView) -> [String] {
        var lines: [String] = []
        func tell(_ key: String, _ text: String) {
            let text = text.printable
            guard said[key] != text else { return }
            said[key] = text
            lines.append(text)
        }
        let state = "cycle \(cycle.id): \(cycle.state)" + (cycle.reason.map { ": \($0)" } ?? "")
        if cycle.endedAt == nil { tell("cycle", state) }
        for stage in cycle.stages where stage.startedAt != nil || !stage.lanes.isEmpty {
            for lane in stage.lanes { tellLane(lane, of: stage, tell) }
            if detail != .hosts || stage.state != "running" {
                tell(stage.name, "\(stage.name): \(stage.state), \(CountsText.sentence(stage.counts))")
            }
            tellGate(of: stage, cycle: cycle, tell)
        }
        if cycle.endedAt != nil { tell("cycle", state) }
        return lines
    }

    // MARK: - Steps

    private func tellLane(_ lane: LaneView, of stage: StageView, _ tell: (String, String) -> Void) {
        let name = detail == .hosts ? stage.name : "\(stage.name) \(lane.site)/\(lane.patchGroup)"
        if detail != .lanes {
            for host in lane.hosts where host.state != "queued" {
                let detail = host.detail.map { ": \($0)" } ?? ""
                tell("\(name) \(host.node)", "\(name) \(host.name): \(host.state)\(detail)")
            }
        }
        if detail != .hosts { tell(name, "\(name): \(lane.state), \(CountsText.sentence(lane.counts))") }
    }

    private func tellGate(of stage: StageView, cycle: CycleView, _ tell: (String, String) -> Void) {
        guard let gate = stage.gate else { return }
        switch gate.state {
        case "open":
            let waits = gate.waitsFor.isEmpty ? "" : ", waits for \(gate.waitsFor.joined(separator: "; "))"
            tell("\(stage.name) gate", "gate after \(stage.name): open\(waits)")
            let command = GateSection.approveCommand(stage, cycle: cycle.id, suffix: commandSuffix)
            if detail != .hosts, let command { tell("\(stage.name) approve", "approve with: \(command)") }
        case "passed":
            let people = gate.approvals.map(\.by).joined(separator: ", ")
            let approved = people.isEmpty ? "" : ", approved by \(people)"
            tell("\(stage.name) gate", "gate after \(stage.name): passed\(approved)")
        default:
            break
        }
    }
}
