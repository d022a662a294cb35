/// The id of a known vulnerability such as `CVE-2024-6387`; ordered by year and number.
///
/// Written `CVE-`, a year of four digits, `-` and 4 to 19 digits, as the CVE programme defines it.
package struct CVE: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    /// Reads an id in any case; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].uppercased() == "CVE",
            parts[1].utf8.count == 4, (4...19).contains(parts[2].utf8.count),
            parts[1...].allSatisfy({ $0.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) })
        else { return nil }
        description = "CVE-\(parts[1])-\(parts[2])"
    }

    /// Every id that a text mentions, in its order.
    package static func mentioned(in text: String) -> [Self] {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-") }.compactMap { Self($0) }
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
