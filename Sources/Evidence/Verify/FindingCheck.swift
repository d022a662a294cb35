/// Holds the tables that follow from inventories, which are not in a bundle, against each other.
struct FindingCheck {
    let folder: String

    func run(_ present: Set<String>, _ report: inout BundleReport) throws {
        guard present.contains(Table.findings.path), present.contains(Table.population.path) else { return }
        var (open, late) = ([String: Int](), ToldRows())
        try TableReader.forEachRow(of: path(.findings)) { row in
            if row["closed_at"].isEmpty { open[row["node"], default: 0] += 1 }
            if ["open-breached", "closed-late"].contains(row["state"]) { late.add(Self.key(row)) }
        }
        try TableReader.forEachRow(of: path(.population)) { row in
            let count = open[row["node"]] ?? 0
            guard row["open_findings"] != "\(count)" else { return }
            report.add(
                "node \(row["node"]) has \(row["open_findings"]) open findings, and \(count) in \(Table.findings.path)",
                in: Table.population.path
            )
        }
        guard present.contains(Table.late.path) else { return }
        try TableReader.forEachRow(of: path(.late)) { row in
            guard !late.remove(Self.key(row)) else { return }
            report.add(
                "\(row["advisory"]) of node \(row["node"]) is not late by \(Table.findings.path)",
                in: Table.late.path
            )
        }
        if late.left > 0 { report.add("\(late.left) late findings are missing", in: Table.late.path) }
    }

    private func path(_ table: Table) -> String { "\(folder)/\(table.path)" }

    private static func key(_ row: TableReader.Row) -> [String] {
        [
            "node", "site", "patch_group", "advisory", "source", "severity", "package", "architecture", "due_at",
            "closed_at",
        ]
        .map { row[$0] }
    }
}
