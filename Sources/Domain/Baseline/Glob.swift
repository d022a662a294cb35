/// A shell pattern over ASCII-case-insensitive text: `*` is any text, `?` one character.
package struct Glob: Equatable, Sendable {
    private let pattern: [UInt8]

    package init(_ pattern: String) { self.pattern = pattern.utf8.map(Self.lowercased) }

    /// Linear in the text for each `*`: a failed match only goes back to the last one.
    package func matches(_ text: String) -> Bool {
        let text = text.utf8.map(Self.lowercased)
        var (position, index) = (0, 0)
        var retry: (position: Int, index: Int)?
        while index < text.count {
            if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
                retry = (position, index)
                position += 1
            } else if position < pattern.count, [UInt8(ascii: "?"), text[index]].contains(pattern[position]) {
                position += 1
                index += 1
            } else if let last = retry {
                retry = (last.position, last.index + 1)
                position = last.position + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
