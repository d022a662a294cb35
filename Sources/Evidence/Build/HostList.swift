/// Hosts as somebody else lists them: a cloud's API, a hypervisor, an asset register.
package struct HostList: Sendable {
    private static let columns = ["node", "id", "instance_id", "name", "hostname"]

    package let sha256: String
    /// As they are listed, each once, in order.
    package let names: [String]

    /// Reads CSV whose header names a column `node`, `id`, `instance_id`, `name` or `hostname`, the first of which counts.
    ///
    /// - Throws: ``EvidenceError`` when it cannot be read or names no such column.
    package init(file: String) throws {
        var (names, known): ([String], Set<String>) = ([], [])
        var column: Int?
        try TableReader.forEachLine(of: file) { fields in
            guard let column else {
                let header = fields.map { $0.lowercased() }
                column = Self.columns.lazy.compactMap(header.firstIndex(of:)).first
                if column == nil { throw EvidenceError.noColumn(file: file) }
                return
            }
            guard fields.indices.contains(column), !fields[column].isEmpty else { return }
            if known.insert(fields[column].lowercased()).inserted { names.append(fields[column]) }
        }
        guard column != nil else { throw EvidenceError.noColumn(file: file) }
        sha256 = try FileReader.digest(of: file).sha256
        self.names = names
    }
}
