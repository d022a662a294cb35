/// Why the store did not do what it was asked.
package struct StoreError: Error, Equatable, CustomStringConvertible {
    package enum Code: Equatable, Sendable {
        /// It cannot be reached or is overloaded; nothing was written. Try again later.
        case unavailable
        /// The connection was lost while committing: it may or may not have been written. Look, or repeat by id.
        case outcomeUnknown
        /// A key or predecessor is not as stated: somebody else wrote. Nothing was written.
        case conflict
        /// The values themselves cannot be stored. Nothing was written, and trying again does not help.
        case invalid
        /// A row that was to be read was not written with the seal key; see ``UnsealedRow``.
        case unsealed
    }

    package var code: Code
    /// What failed, on what, why, and what to do next.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
