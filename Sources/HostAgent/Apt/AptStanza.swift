/// Reads the paragraphs of Debian control files.
enum AptStanza {
    /// The paragraphs' fields; continuation lines are left out.
    static func paragraphs(in text: String) -> [[String: String]] {
        var paragraphs: [[String: String]] = []
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                if !fields.isEmpty { paragraphs.append(fields) }
                fields = [:]
            } else if let (name, value) = field(line) {
                fields[name] = value
            }
        }
        if !fields.isEmpty { paragraphs.append(fields) }
        return paragraphs
    }

    private static func field(_ line: Substring) -> (String, String)? {
        guard line.first != " ", line.first != "\t", let colon = line.firstIndex(of: ":") else { return nil }
        return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
    }
}
