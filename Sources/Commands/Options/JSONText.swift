import FoundationEssentials
import Time

/// JSON as machines get it: keys sorted, times as ISO 8601 text.
package enum JSONText {
    /// Over several lines, for one answer.
    package static func pretty(_ value: some Encodable) throws -> String {
        try text(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }

    /// On one line, for streams of answers.
    package static func line(_ value: some Encodable) throws -> String {
        try text(value, [.sortedKeys, .withoutEscapingSlashes])
    }

    private static func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        if let key = Timestamp.asText { encoder.userInfo[key] = true }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
