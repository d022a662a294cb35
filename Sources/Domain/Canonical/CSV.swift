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

    private static let quote = UInt8(ascii: "\"")

    private static func startsFormula(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: "\t"),
            UInt8(ascii: "\r"):
            true
        default: false
        }
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), quote, UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        default: false
        }
    }

    /// By bytes: to Swift, a carriage return and a line feed are one character.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let isFormula = text.utf8.first.map(startsFormula) ?? false
        let isQuoted = text.utf8.contains(where: needsQuotes)
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
