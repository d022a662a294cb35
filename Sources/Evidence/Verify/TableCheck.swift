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
        for table in [Table.changes, .approvals, .reboots] where present.contains(table.path) {
            try checkPlaces(of: table, &report)
        }
    }

    // MARK: - Steps

    private func path(_ table: Table) -> String { "\(folder)/\(table.path)" }

    private func checkColumns(of table: Table, _ report: inout BundleReport) throws {
        var (header, rows) = ([String]?.none, 0)
        try TableReader.forEachLine(of: path(table)) { fields in
            if header == nil { header = fields } else { rows += 1 }
        }
        if header != table.columns { report.add("its columns are not those of the table", in: table.path) }
        if let listed = manifest.files.first(where: { $0.path == table.path })?.rows, listed != rows {
            report.add("it has \(rows) rows where the manifest has \(listed)", in: table.path)
        }
    }

    /// Every node that was enrolled in the period must be there.
    private func checkPopulation(_ report: inout BundleReport) throws -> Set<String> {
        var nodes: Set<String> = []
        try TableReader.forEachRow(of: path(.population)) { row in
            if !nodes.insert(row["node"]).inserted {
                report.add("node \(row["node"]) is in it twice", in: Table.population.path)
            }
        }
        report.nodes = nodes.count
        let sites = Set(manifest.sites)
        for (node, site) in events.enrolled.sorted(by: { $0.key < $1.key })
        where !nodes.contains(node) && (sites.isEmpty || sites.contains(site)) {
            report.add("node \(node) is missing: the events have its enrolment", in: Table.population.path)
        }
        return nodes
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

    /// Every row must follow from a commit of the events, and every event have its rows.
    private func checkPlaces(of table: Table, _ report: inout BundleReport) throws {
        var left = events.rows[table] ?? [:]
        try TableReader.forEachRow(of: path(table)) { row in
            guard let shard = Int16(row["shard"]), let position = Int64(row["position"]) else {
                return report.add("a row names no commit", in: table.path)
            }
            let place = EventFacts.Place(shard: shard, position: position)
            guard let count = left[place], count > 0 else {
                return report.add("a row names \(place), from which none more follows", in: table.path)
            }
            left[place] = count - 1
        }
        // Tables of some sites have not the rows of the others.
        guard manifest.sites.isEmpty else { return }
        let missing = left.filter { $0.value > 0 }.keys.sorted { ($0.shard, $0.position) < ($1.shard, $1.position) }
        for place in missing { report.add("the rows that follow from \(place) are missing", in: table.path) }
    }
}
