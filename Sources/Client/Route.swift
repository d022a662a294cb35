/// A path below the control plane, with each part percent-encoded.
package struct Route: Equatable, Sendable, CustomStringConvertible {
    /// As it stands in a request line, such as `/api/v1/cycles/01J?at=2026-11-23T08%3A00%3A00Z`.
    package let description: String

    /// - Parameters:
    ///   - parts: what stands between the slashes; a part with a slash of its own stays one part.
    ///   - query: parameters in order; those without a value are left out.
    package init(_ parts: String..., query: KeyValuePairs<String, String?> = [:]) {
        let path = parts.map { "/" + Self.encoded($0) }.joined()
        let parameters = query.compactMap { name, value in value.map { "\(name)=\(Self.encoded($0))" } }
        description = parameters.isEmpty ? path : path + "?" + parameters.joined(separator: "&")
    }

    /// A route of the REST API, which is versioned.
    package static func api(_ noun: String, query: KeyValuePairs<String, String?> = [:]) -> Self {
        Self("api", "v1", noun, query: query)
    }

    /// One thing of a noun of the REST API.
    package static func api(_ noun: String, _ id: String, query: KeyValuePairs<String, String?> = [:]) -> Self {
        Self("api", "v1", noun, id, query: query)
    }

    /// Something about one thing of a noun of the REST API, or to be done to it.
    package static func api(
        _ noun: String,
        _ id: String,
        _ part: String,
        query: KeyValuePairs<String, String?> = [:]
    ) -> Self {
        Self("api", "v1", noun, id, part, query: query)
    }

    // MARK: - Steps

    /// Keeps RFC 3986's unreserved characters; a part that is only dots is encoded too, or it would climb the path.
    private static func encoded(_ text: String) -> String {
        let isDots = text.utf8.allSatisfy { $0 == UInt8(ascii: ".") }
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ".") where !isDots:
                result += "."
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }
}
