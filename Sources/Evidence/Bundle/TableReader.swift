import Domain

/// Reads tables of CSV.
enum TableReader {
    /// A row, asked by column.
    struct Row {
        let fields: [String]
        let places: [String: Int]

        /// Empty for a column that there is not.
        subscript(column: String) -> String {
            guard let place = places[column], fields.indices.contains(place) else { return "" }
            return fields[place]
        }
    }

    /// Gives the rows, the header among them.
    ///
    /// - Throws: ``EvidenceError`` when it cannot be read, and what `body` throws.
    static func forEachLine(of path: String, _ body: ([String]) throws -> Void) throws {
        var reader = CSVReader()
        do {
            try FileReader.forEachPiece(of: path) { try reader.read($0, body) }
            try reader.end(body)
        } catch let problem as CSVProblem {
            throw EvidenceError.file(path, reason: "\(problem)")
        }
    }

    /// Gives the rows below the header.
    ///
    /// - Throws: as ``forEachLine(of:_:)``.
    static func forEachRow(of path: String, _ body: (Row) throws -> Void) throws {
        var places: [String: Int]?
        try forEachLine(of: path) { fields in
            if let places { return try body(Row(fields: fields, places: places)) }
            places = Dictionary(zip(fields, fields.indices)) { first, _ in first }
        }
    }
}
