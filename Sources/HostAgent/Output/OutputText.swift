import AgentProtocol

/// The output of a tool as it may leave the host: no secrets, nothing that a terminal would obey.
package enum OutputText {
    /// The output with line ends and tabs as its only controls.
    package static func clean(_ bytes: [UInt8]) -> [UInt8] {
        SecretMask.masked(bytes).map { byte in
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\t"): byte
            case UInt8(ascii: "\r"): UInt8(ascii: "\n")
            case 0..<0x20, 0x7f: UInt8(ascii: "?")
            default: byte
            }
        }
    }

    /// The end of the output in one line, at most so many bytes of UTF-8.
    package static func tail(of text: String, atMost limit: Int = PatchResult.maximumOutput) -> String {
        // Secrets are hidden before the cut, which may part a name from its value.
        let bytes = Array(text.utf8.suffix(limit * 4))
        let line = String(decoding: clean(bytes), as: UTF8.self).split(separator: "\n").joined(separator: " | ")
        return end(of: line, atMost: limit)
    }

    /// The last characters of a clean text that fit whole into so many bytes.
    package static func end(of text: String, atMost limit: Int = PatchResult.maximumOutput) -> String {
        guard text.utf8.count > limit else { return text }
        let start = text.utf8.index(text.utf8.endIndex, offsetBy: -limit)
        // The cut may be in the middle of a character.
        let whole = text.unicodeScalars.indices.first { $0 >= start } ?? text.endIndex
        return String(text.unicodeScalars[whole...])
    }
}
