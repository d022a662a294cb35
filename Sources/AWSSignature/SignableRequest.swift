/// What a signature covers of an HTTP request.
package struct SignableRequest: Equatable, Sendable {
    package var method: String
    /// As it is sent, each of its parts percent-encoded once, as S3 takes it.
    ///
    /// It begins with a slash.
    package var path: String
    /// Names and values before they are encoded, in any order.
    package var query: [(name: String, value: String)]
    /// All that are to be signed, `host` among them.
    package var headers: [(name: String, value: String)]
    /// SHA-256 of the body in lower-case hexadecimal.
    package var payloadHash: String

    package init(
        method: String,
        path: String,
        query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)],
        payloadHash: String
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.payloadHash = payloadHash
    }

    /// - Parameter target: path and query exactly as they are sent.
    package init(
        method: String,
        target: String,
        headers: [(name: String, value: String)],
        payloadHash: String
    ) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = (parts.count == 2 ? parts[1] : "").split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: URIEncoding.decode(parts[0]), value: parts.count == 2 ? URIEncoding.decode(parts[1]) : "")
        }
        self.init(
            method: method,
            path: String(parts[0]),
            query: query,
            headers: headers,
            payloadHash: payloadHash
        )
    }

    package static func == (left: Self, right: Self) -> Bool { left.canonical == right.canonical }

    /// The query as it is sent and signed: encoded, and sorted by encoded names, then values.
    package var encodedQuery: String {
        query.map { (URIEncoding.encode($0.name), URIEncoding.encode($0.value)) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    /// Lower-case names in order, each with its values as they count: trimmed, runs of blanks as one, several by a comma.
    var canonicalHeaders: [(name: String, value: String)] {
        Dictionary(grouping: headers) { $0.name.lowercased() }
            .map { name, values in (name, values.map { Self.trimmed($0.value) }.joined(separator: ",")) }
            .sorted { $0.0 < $1.0 }
    }

    var signedHeaders: String { canonicalHeaders.map(\.name).joined(separator: ";") }

    /// The canonical request of AWS's "Create a signed AWS API request".
    var canonical: String {
        let headers = canonicalHeaders.map { "\($0.name):\($0.value)\n" }.joined()
        return [method, path, encodedQuery, headers, signedHeaders, payloadHash].joined(separator: "\n")
    }

    private static func trimmed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }
}
