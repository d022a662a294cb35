import Domain

extension Notice {
    /// The node's or the cycle's id in a subject such as `node/mi-…`.
    static func name(of subject: String) -> String {
        subject.split(separator: "/", maxSplits: 1).last.map(String.init) ?? subject
    }

    /// For people, in one sentence.
    ///
    /// - Parameter id: the node's or the cycle's.
    func text(of id: String) -> String {
        switch standing {
        case .node(let node): "\(node.name) (\(id)) in \(node.site), \(node.patchGroup): \(node.condition)."
        case .cycle(let cycle):
            kind == .cycleEnded
                ? "Cycle \(id) of \(cycle.workflow) ended: \(cycle.state.rawValue)."
                : "Cycle \(id) of \(cycle.workflow) needs a decision: \(cycle.need?.text ?? "it waits")."
        }
    }
}

extension NodeStanding {
    /// What is wrong with it, or that nothing is.
    var condition: String {
        if isGone { return "is under management no more" }
        guard isOpen else { return "is \(compliance.rawValue)" }
        var parts: [String] = []
        if missingCount > 0 {
            let critical = criticalCount > 0 ? ", \(criticalCount) of them critical" : ""
            parts.append(
                "\(missingCount) approved \(missingCount == 1 ? "patch is" : "patches are") missing\(critical)"
            )
        }
        if isPendingReboot { parts.append("it waits for a reboot") }
        if let worst = overdue.first.first {
            let noun = overdue.count == 1 ? "finding is" : "findings are"
            parts.append("\(overdue.count) \(noun) overdue, \(worst.advisory) since \(worst.dueAt)")
        }
        return "is \(compliance.rawValue)" + (parts.isEmpty ? "" : ": \(parts.joined(separator: "; "))")
    }
}
