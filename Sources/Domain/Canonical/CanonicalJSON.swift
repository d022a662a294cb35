/// A value as JSON with sorted keys and no spaces: the same bytes for equal values, for ever.
indirect enum CanonicalJSON {
    case text(String)
    case integer(Int64)
    /// Must be finite.
    case number(Double)
    case boolean(Bool)
    case list([CanonicalJSON])
    /// Members without a value are left out.
    case object([String: CanonicalJSON?])

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .text(let text): bytes.appendJSON(text)
        case .integer(let integer): bytes += Array("\(integer)".utf8)
        case .number(let number): bytes += Array("\(number)".utf8)
        case .boolean(let boolean): bytes += Array("\(boolean)".utf8)
        case .list(let items):
            bytes.append(UInt8(ascii: "["))
            bytes.appendJoined(items) { $1.append(to: &$0) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            let members = members.compactMapValues(\.self).sorted { $0.key < $1.key }
            bytes.append(UInt8(ascii: "{"))
            bytes.appendJoined(members) { bytes, member in
                bytes.appendJSON(member.key)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

extension [UInt8] {
    /// Appends the items with commas between them.
    mutating func appendJoined<Item>(_ items: [Item], _ append: (inout Self, Item) -> Void) {
        for (index, item) in items.enumerated() {
            if index > 0 { self.append(UInt8(ascii: ",")) }
            append(&self, item)
        }
    }

    /// Appends the text in quotes; only what JSON demands is escaped.
    mutating func appendJSON(_ text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                self += Array("\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
            default:
                append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
