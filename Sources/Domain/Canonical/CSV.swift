/// Tables as CSV (RFC 4180): fields are quoted where they must be, rows end with CR LF.
package enum CSV {
    /// Appends a row.
    ///
    /// A text that a spreadsheet would take for a formula is led by an apostrophe: many texts come from hosts.
    package static func append(_ fields: some Sequence<String>, to bytes: inout [UInt8]) {
        var isFirst = true
        for field in fields {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            append(field, to: &bytes)
        }
        bytes.append(contentsOf: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
    }

    /// A row as text.
    package static func row(_ fields: some Sequence<String>) -> String {
        var bytes: [UInt8] = []
        append(fields, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: - Steps

    private static let formulaStarts = Set("=+-@\t\r".utf8)
    private static let quote = UInt8(ascii: "\"")
    private static let quoted = Set(",\"\r\n".utf8)

    /// By bytes: to Swift, a carriage return and a line feed are one character.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let isFormula = text.utf8.first.map(formulaStarts.contains) ?? false
        let isQuoted = text.utf8.contains(where: quoted.contains)
        if isQuoted { bytes.append(quote) }
        if isFormula { bytes.append(UInt8(ascii: "'")) }
        if isQuoted {
            for byte in text.utf8 {
                if byte == quote { bytes.append(quote) }
                bytes.append(byte)
            }
            bytes.append(quote)
        } else {
            bytes.append(contentsOf: text.utf8)
        }
    }
}
