import AgentProtocol

/// What a host may say of the steps that it ran: it is kept for ever, and shown.
enum StepResultRules {
    private static let nameBytes = 128

    static func check(_ reports: [Report], from node: String) throws(Problem) {
        for report in reports {
            guard let steps = report.steps else { continue }
            guard steps.count <= StepResult.maximumCount else {
                throw problem("\(steps.count) steps are more than \(StepResult.maximumCount)", report, node)
            }
            let fit = steps.allSatisfy { step in
                step.name.utf8.count <= nameBytes && step.output.utf8.count <= StepResult.maximumOutput
            }
            guard fit else {
                let limits = "a name of \(nameBytes) bytes or an output of \(StepResult.maximumOutput)"
                throw problem("a step has more than \(limits)", report, node)
            }
        }
    }

    private static func problem(_ what: String, _ report: Report, _ node: String) -> Problem {
        let detail = "cannot take the report on \(report.order) from \(node): \(what); send less"
        return Problem(status: 400, code: "invalid-steps", detail: detail)
    }
}
