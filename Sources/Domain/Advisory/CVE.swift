/// The id of a known vulnerability such as `CVE-2024-6387`; ordered by year and number.
///
/// Written `CVE-`, a year of four digits, `-` and 4 to 19 digits, as the CVE programme defines it.
package struct CVE: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    /// Reads an id in any case; nil for anything else.
    package init?(_ text: String) { self.init(text[...]) }

    package init?(_ text: Substring) {
        guard (13...28).contains(text.utf8.count) else { return nil }
        for (index, byte) in text.utf8.enumerated() {
            let isRight =
                switch index {
                case 0: byte | 0x20 == UInt8(ascii: "c")
                case 1: byte | 0x20 == UInt8(ascii: "v")
                case 2: byte | 0x20 == UInt8(ascii: "e")
                case 3, 8: byte == UInt8(ascii: "-")
                default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                }
            guard isRight else { return nil }
        }
        description = "CVE" + text.dropFirst(3)
    }

    /// Every id that a text mentions, in its order.
    package static func mentioned(in text: String) -> [Self] {
        text.utf8.split { !belongs($0) }.compactMap { Self(Substring($0)) }
    }

    private static func belongs(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    package static func < (left: Self, right: Self) -> Bool {
        let (leftYear, rightYear) = (left.description.prefix(8), right.description.prefix(8))
        guard leftYear == rightYear else { return leftYear < rightYear }
        let (leftLength, rightLength) = (left.description.utf8.count, right.description.utf8.count)
        return leftLength == rightLength ? left.description < right.description : leftLength < rightLength
    }
}

extension CVE: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let cve = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a CVE id: \(text)")
        }
        self = cve
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
