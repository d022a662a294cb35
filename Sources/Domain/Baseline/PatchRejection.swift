package import Time

/// A patch that must not come, with whose decision that is and until when.
package struct PatchRejection: Codable, Equatable, Sendable {
    /// As in a baseline's rejected list.
    package var entry: String
    package var reason: String
    package var owner: String
    /// The last UTC day on which it holds; nil for one without an end.
    package var expires: CivilDate?

    package init(entry: String, reason: String, owner: String, expires: CivilDate? = nil) {
        self.entry = entry
        self.reason = reason
        self.owner = owner
        self.expires = expires
    }

    package func isInForce(at moment: Timestamp) -> Bool { end.map { moment < $0 } ?? true }

    /// When it ceases to hold; nil for one without an end.
    package var end: Timestamp? { expires?.end }
}
