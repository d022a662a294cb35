import FoundationEssentials

/// Strings to and from JSON text.
enum JSONText {
    /// Appends the string in quotes, escaped as little as JSON allows.
    static func append(_ string: String, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The string in quotes.
    static func quoted(_ string: String) -> String {
        var bytes: [UInt8] = []
        append(string, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The string that the JSON text is; nil when it is something else.
    static func string(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\""),
            JSONBytes.endOfPlain(bytes, from: 1) == bytes.count - 1
        {
            return String(decoding: bytes[1..<bytes.count - 1], as: UTF8.self)
        }
        do {
            return try JSONDecoder().decode(String.self, from: Data(text.utf8))
        } catch {
            // Whatever it is, it is not a string, which is all that is asked.
            return nil
        }
    }
}
