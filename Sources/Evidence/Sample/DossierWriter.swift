import DurableStreams
import FoundationEssentials

/// Writes a page for each of some nodes, with all that a bundle has on it.
package struct DossierWriter {
    private static let tables: [Table] = [
        .reconciliation, .findings, .late, .unknown, .changes, .runs, .reboots,
    ]
    private static let maximumLineBytes = 64 << 20

    private let folder: String

    /// - Parameter folder: of the bundle.
    package init(folder: String) { self.folder = folder }

    /// Writes `NODE.html` for each of the nodes into a new folder.
    ///
    /// - Throws: ``EvidenceError`` when the folder is there already, or something cannot be read or written.
    package func write(_ nodes: [String], to target: String) throws {
        guard !FileManager.default.fileExists(atPath: target) else { throw EvidenceError.exists(folder: target) }
        var sections = Dictionary(nodes.map { ($0, [String]()) }) { first, _ in first }
        try addFacts(&sections)
        for table in Self.tables { try addRows(of: table, &sections) }
        try addEvents(&sections)
        try BundleFile.reporting(target) {
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        }
        for node in nodes where node.utf8.allSatisfy({ $0 != UInt8(ascii: "/") }) {
            let file = try BundleFile("\(node).html", in: target)
            try file.write(HTML.page(title: "Node \(node)", sections[node] ?? []).utf8)
            _ = try file.close()
        }
    }

    // MARK: - Steps

    private func addFacts(_ sections: inout [String: [String]]) throws {
        try TableReader.forEachRow(of: "\(folder)/\(Table.population.path)") { row in
            guard sections[row["node"]] != nil else { return }
            let facts = HTML.table(["Field", "Value"], Table.population.columns.map { [$0, row[$0]] })
            sections[row["node"]]?.append(facts)
        }
    }

    private func addRows(of table: Table, _ sections: inout [String: [String]]) throws {
        var rows: [String: [[String]]] = [:]
        try TableReader.forEachRow(of: "\(folder)/\(table.path)") { row in
            if sections[row["node"]] != nil { rows[row["node"], default: []].append(row.fields) }
        }
        for node in sections.keys {
            let title = HTML.heading("\(table.path) (\(rows[node]?.count ?? 0))")
            sections[node]?.append(title)
            if let found = rows[node] { sections[node]?.append(HTML.table(table.columns, found)) }
        }
    }

    /// The events of the nodes' own streams; those of rollouts are named by shard and position in the tables.
    private func addEvents(_ sections: inout [String: [String]]) throws {
        var rows: [String: [[String]]] = [:]
        for shard in Set(sections.keys.map { StreamID(kind: "node", name: $0).shard.rawValue }).sorted() {
            let path = "\(folder)/\(BundleNames.events(of: Int(shard)))"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            try FileReader.forEachLine(of: path, maximumBytes: Self.maximumLineBytes) { line in
                let read = try BundleFile.reporting(path) {
                    try JSONDecoder().decode(CommitLine.self, from: Data(line))
                }
                guard let commit = read.commit, commit.stream.kind == "node", sections[commit.stream.name] != nil
                else { return }
                for stored in try commit.storedEvents() {
                    let event = ["\(stored.at)", stored.event.type, stored.actor, stored.event.data]
                    rows[commit.stream.name, default: []].append(event + ["\(commit.shard)", "\(commit.position)"])
                }
            }
        }
        for node in sections.keys {
            let events = rows[node] ?? []
            sections[node]?.append(HTML.heading("Events of the node (\(events.count))"))
            sections[node]?.append(HTML.table(["At", "Event", "By", "Data", "Shard", "Position"], events))
        }
    }
}
