import Domain
import FoundationEssentials

/// The tables of a bundle as a test reads them.
enum Lines {
    /// The rows below the header, each as its columns' values.
    static func rows(_ folder: String, _ table: String) throws -> [[String: String]] {
        var reader = CSVReader()
        var rows: [[String]] = []
        let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(table).csv"))
        try reader.read(bytes) { rows.append($0) }
        try reader.end { rows.append($0) }
        let header = rows.first ?? []
        return rows.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
    }
}
