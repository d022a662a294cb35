import AgentProtocol

/// What a host may say of its reboots: it is kept for ever, and shown.
///
/// Above what an agent sends, which is at most 100 units, 200 sockets and 100 mount points.
enum BootReportRules {
    /// Of a boot, a kernel or an order.
    private static let nameBytes = 256
    /// Of all lists of a report together.
    private static let items = 500
    private static let itemBytes = 500
    private static let bytes = 64 << 10

    static func check(_ reports: [BootReport], from node: String) throws(Problem) {
        guard reports.count <= ReportBatch.maximumBoots else {
            throw problem("\(reports.count) at once are more than \(ReportBatch.maximumBoots)", node)
        }
        for report in reports {
            let names = [
                report.order, report.before.bootID, report.before.kernel, report.after?.bootID, report.after?.kernel,
                report.expectedKernel,
            ]
            guard names.allSatisfy({ ($0?.utf8.count ?? 0) <= nameBytes }) else {
                throw problem("an order, a boot or a kernel has a name of more than \(nameBytes) bytes", node)
            }
            let sizes = texts(of: report).map(\.utf8.count)
            guard sizes.count <= items, sizes.allSatisfy({ $0 <= itemBytes }), sizes.reduce(0, +) <= bytes else {
                let limits = "\(items) items, of \(itemBytes) bytes each and \(bytes) bytes in all"
                throw problem("the lists of one have more than \(limits)", node)
            }
        }
    }

    private static func texts(of report: BootReport) -> [String] {
        let condition = report.condition
        let sockets = condition?.sockets?.map(\.description)
        return [report.reasons, report.missing, condition?.failedUnits, condition?.mounts, sockets]
            .flatMap { $0 ?? [] }
    }

    private static func problem(_ what: String, _ node: String) -> Problem {
        let detail = "cannot take the reports of reboots from \(node): \(what); send less"
        return Problem(status: 400, code: "invalid-boots", detail: detail)
    }
}
