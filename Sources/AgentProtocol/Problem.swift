/// An error as HTTP carries it: RFC 9457 problem details with a stable code.
package struct Problem: Codable, Error, Equatable, Sendable, CustomStringConvertible {
    /// The HTTP status.
    package var status: Int
    /// Stable and kebab-case, listed in docs/errors.md.
    package var code: String
    /// What failed, on what, why, and what to do next.
    package var detail: String
    /// How long to wait before the next attempt, also in the header `Retry-After`; nil where it does not matter.
    package var retryAfterSeconds: Int?

    package init(status: Int, code: String, detail: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.retryAfterSeconds = retryAfterSeconds
    }

    package var description: String { "\(detail) [\(code)]" }

    package static let contentType = "application/problem+json"
}
