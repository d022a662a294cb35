import AgentProtocol

/// A path below the control plane, with each part percent-encoded.
package struct Route: Equatable, Sendable, CustomStringConvertible {
    /// As it stands in a request line, such as `/api/v1/cycles/01J?at=2026-11-23T08%3A00%3A00Z`.
    package let description: String

    /// - Parameters:
    ///   - parts: what stands between the slashes; a part with a slash of its own stays one part.
    ///   - query: parameters in order; those without a value are left out.
    package init(_ parts: String..., query: KeyValuePairs<String, String?> = [:]) {
        let path = parts.map { "/" + PathPart.encoded($0) }.joined()
        let parameters = query.compactMap { name, value in value.map { "\(name)=\(PathPart.encoded($0))" } }
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
}
