package import Time

/// What a program printed in an order, without the text itself.
package struct OutputView: Codable, Equatable, Sendable {
    package var order: String
    /// The program's or the hook's.
    package var name: String
    /// SHA-256 of the compressed text, lower-case hexadecimal.
    package var digest: String
    /// Of the compressed text.
    package var byteCount: Int
    package var storedAt: Timestamp

    package init(order: String, name: String, digest: String, byteCount: Int, storedAt: Timestamp) {
        self.order = order
        self.name = name
        self.digest = digest
        self.byteCount = byteCount
        self.storedAt = storedAt
    }
}
