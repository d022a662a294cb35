import Time

/// Holds the tables of a bundle against its events and against each other.
struct TableCheck {
    private let folder: String
    private let manifest: Manifest
    private let events: EventFacts

    init(folder: String, manifest: Manifest, events: EventFacts) {
        self.folder = folder
        self.manifest = manifest
        self.events = events
    }

    func run(_ present: Set<String>, _ report: inout BundleReport) throws {
        for table in Table.allCases where present.contains(table.path) { try checkColumns(of: table, &report) }
        guard present.contains(Table.population.path) else { return }
        let nodes = try checkPopulation(&report)
        for table in [Table.findings, .late, .unknown] where present.contains(table.path) {
            try checkNodes(of: table, nodes, &report)
        }
        for table in [Table.changes, .runs, .approvals, .reboots] where present.contains(table.path) {
            try checkPlaces(of: table, &report)
        }
        if present.contains(Table.windows.path) { try checkWindows(&report) }
        try PolicyCheck(folder: folder, manifest: manifest, facts: events.policies).run(present, &report)
        try FindingCheck(folder: folder).run(present, &report)
    }

    // MARK: - Steps

    private func path(_ table: Table) -> String { "\(folder)/\(table.path)" }

    private func checkColumns(of table: Table, _ report: inout BundleReport) throws {
        var (header, rows) = ([String]?.none, 0)
        try TableReader.forEachLine(of: path(table)) { fields in
            if header == nil { header = fields } else { rows += 1 }
            if fields.count != table.columns.count {
                report.add("line \(rows + 1) has \(fields.count) columns", in: table.path)
            }
        }
        if header != table.columns { report.add("its columns are not those of the table", in: table.path) }
        if let listed = manifest.files.first(where: { $0.path == table.path })?.rows, listed != rows {
            report.add("it has \(rows) rows where the manifest has \(listed)", in: table.path)
        }
    }

    /// Every node that was enrolled in the period must be there, and each as its events tell.
    private func checkPopulation(_ report: inout BundleReport) throws -> Set<String> {
        var nodes: Set<String> = []
        try forEachRow(of: .population) { row, fields in
            let node = row["node"]
            if !nodes.insert(node).inserted { report.add("node \(node) is in it twice", in: Table.population.path) }
            let facts = events.nodes[node]
            if let facts, !ToldRows.agree(fields, facts.columns(node)) {
                report.add("node \(node) is not as the events tell", in: Table.population.path)
            }
            if facts?.isWhole != true, isInside(row["enrolled_at"]) {
                report.add("node \(node): the events have no such enrolment", in: Table.population.path)
            }
        }
        report.nodes = nodes.count
        let sites = Set(manifest.sites)
        for (node, facts) in events.nodes.sorted(by: { $0.key < $1.key }) {
            guard let site = facts.site, !nodes.contains(node), sites.isEmpty || sites.contains(site) else { continue }
            report.add("node \(node) is missing: the events have its enrolment", in: Table.population.path)
        }
        return nodes
    }

    /// What cannot be read as a time is of none.
    private func isInside(_ moment: String) -> Bool {
        guard let moment = Timestamp(iso8601: moment), let begin = Timestamp(iso8601: manifest.period.begin) else {
            return true
        }
        return moment >= begin
    }

    private func checkNodes(of table: Table, _ nodes: Set<String>, _ report: inout BundleReport) throws {
        var met: Set<String> = []
        try TableReader.forEachRow(of: path(table)) { row in
            guard met.insert(row["node"]).inserted, !nodes.contains(row["node"]) else { return }
            report.add("node \(row["node"]) of \(table.path) is missing", in: Table.population.path)
        }
        guard table == .unknown else { return }
        for node in nodes.subtracting(met).sorted() { report.add("node \(node) is missing", in: table.path) }
    }

    /// Every row must be what follows from a commit of the events, and every event have its rows.
    private func checkPlaces(of table: Table, _ report: inout BundleReport) throws {
        var told = events.rows[table] ?? [:]
        try forEachRow(of: table) { row, fields in
            guard let shard = Int16(row["shard"]), let position = Int64(row["position"]) else {
                return report.add("a row names no commit", in: table.path)
            }
            let place = EventFacts.Place(shard: shard, position: position)
            // How a run ended that began before the month follows from its rollout's opening, which is not there.
            if table == .runs, events.olderRollouts.contains(row["rollout"]) { return }
            guard told[place, default: ToldRows()].left > 0 else {
                return report.add("a row names \(place), from which none more follows", in: table.path)
            }
            if told[place]?.remove(fields) != true {
                report.add("a row does not say what the events tell at \(place): \(Self.text(fields))", in: table.path)
            }
        }
        // Tables of some sites have not the rows of the others.
        guard manifest.sites.isEmpty else { return }
        for place in told.filter({ $0.value.left > 0 }).keys.sorted() {
            report.add("the rows that follow from \(place) are missing", in: table.path)
        }
    }

    /// Every rollout that began in the month must be there as its events tell, and none that the events do not know.
    private func checkWindows(_ report: inout BundleReport) throws {
        var met: Set<String> = []
        try forEachRow(of: .windows) { row, fields in
            let name = row["rollout"]
            guard met.insert(name).inserted else {
                return report.add("rollout \(name) is in it twice", in: Table.windows.path)
            }
            guard let told = events.rollouts[name]?.window else {
                if !events.olderRollouts.contains(name) {
                    report.add("rollout \(name) is not in the events", in: Table.windows.path)
                }
                return
            }
            if !ToldRows.agree(fields, told) {
                report.add("rollout \(name) is not as the events tell: \(Self.text(fields))", in: Table.windows.path)
            }
        }
        guard manifest.sites.isEmpty else { return }
        for name in Set(events.rollouts.keys).union(events.olderRollouts).subtracting(met).sorted() {
            report.add("rollout \(name) is missing", in: Table.windows.path)
        }
    }

    private func forEachRow(of table: Table, _ body: (TableReader.Row, [String]) throws -> Void) throws {
        try TableReader.forEachRow(of: path(table)) { row in
            // What is shorter or longer would be taken for another row.
            let fields = row.fields.prefix(table.columns.count)
            try body(row, fields + Array(repeating: "", count: table.columns.count - fields.count))
        }
    }

    private static func text(_ fields: [String]) -> String { String(fields.joined(separator: ",").prefix(200)) }
}
