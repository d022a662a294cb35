/// Rows of CSV (RFC 4180).
package struct CSVTable: Sendable {
    package private(set) var text = ""

    package init() {}

    package mutating func append(_ fields: [String]) {
        text += fields.map(Self.field).joined(separator: ",") + "\r\n"
    }

    /// Quotes what needs it.
    ///
    /// A text that a spreadsheet would take for a formula is led by an apostrophe: names come from hosts.
    private static func field(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        // By bytes: to Swift, a carriage return and a line feed are one character.
        guard safe.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
