/// What a connection is asked to do in one go.
struct Work: Sendable {
    typealias Outcome = Result<[Rows], PostgresError>

    enum Content: Sendable {
        /// Statements that travel together and end with one sync point: outside a transaction block they are one
        /// implicit transaction, and the outcome is known only when the sync point comes back.
        case batch([Statement])
        /// Several statements in one text, by the simple protocol and without parameters.
        case script(String, name: String)
    }

    var content: Content
    /// What a connection that broke after sending means: unknown, or certainly undone inside a transaction.
    var lossCode: PostgresError.Code
    /// Called once, on the loop's thread; it must return at once.
    var complete: @Sendable (Outcome) -> Void
}
