import AgentProtocol

/// What a host may say of its repairs: it is kept for ever, and shown.
enum RepairReportRules {
    private static let nameBytes = 64

    static func check(_ reports: [RepairReport], from node: String) throws(Problem) {
        guard reports.count <= ReportBatch.maximumRepairs else {
            throw problem("\(reports.count) at once are more than \(ReportBatch.maximumRepairs)", node)
        }
        let fit = reports.allSatisfy { report in
            report.check.utf8.count <= nameBytes && report.detail.utf8.count <= RepairReport.maximumDetail
        }
        guard fit else {
            let limits = "a name of \(nameBytes) bytes or a detail of \(RepairReport.maximumDetail)"
            throw problem("one has more than \(limits)", node)
        }
    }

    private static func problem(_ what: String, _ node: String) -> Problem {
        let detail = "cannot take the reports of repairs from \(node): \(what); send less"
        return Problem(status: 400, code: "invalid-repairs", detail: detail)
    }
}
