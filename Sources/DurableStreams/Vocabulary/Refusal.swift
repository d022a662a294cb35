/// A decider's no: the rule that forbids a message.
package struct Refusal: Error, Equatable, Sendable {
    /// Stable, kebab-case, listed in docs/errors.md.
    package var code: String
    /// What failed, on what, why, and what to do next.
    package var detail: String

    package init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }
}
