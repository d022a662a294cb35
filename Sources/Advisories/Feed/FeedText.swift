import Domain
import Time

/// Text of a feed, made fit to be stored and shown; feeds are written by others.
enum FeedText {
    /// An id, a name or a version as it stands: printable ASCII without spaces.
    static func token(_ text: String?, _ what: String) throws(Flaw) -> String {
        guard let text, !text.isEmpty else { throw Flaw("\(what) is missing") }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard isPlain, text.utf8.count <= FeedLimits.tokenBytes else {
            throw Flaw("\(what) has characters that do not belong there, or too many: \(line(text, bytes: 80))")
        }
        return text
    }

    /// One line for people: white space and control characters become one space, and what is too long is cut.
    static func line(_ text: String?, bytes limit: Int = FeedLimits.titleBytes) -> String {
        var line: [UInt8] = []
        let space = UInt8(ascii: " ")
        for scalar in (text ?? "").unicodeScalars {
            guard isVisible(scalar) else {
                if !line.isEmpty, line.last != space { line.append(space) }
                continue
            }
            guard line.count + scalar.utf8.count <= limit else { break }
            line += scalar.utf8
        }
        if line.last == space { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x21...0x7e).contains(scalar.value) }
        let category = scalar.properties.generalCategory
        return !scalar.properties.isWhitespace && category != .control && category != .format
    }

    /// An address for people; nil unless it is one of the web.
    static func link(_ text: String?) -> String? {
        guard let text, text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= 2_000,
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return text
    }

    /// The CVE ids among the texts; what is no id, such as the `CVE-2023-XXXX` of a vulnerability without one, is left out.
    static func cves(_ texts: [String]) throws(Flaw) -> [CVE] {
        guard texts.count <= FeedLimits.cves else { throw Flaw("it names more than \(FeedLimits.cves) CVEs") }
        return texts.flatMap { CVE.mentioned(in: $0) }
    }

    /// A date as ``Timestamp/init(lenient:)`` reads it; nil for anything else.
    static func date(_ text: String?) -> Timestamp? { text.flatMap(Timestamp.init(lenient:)) }
}
