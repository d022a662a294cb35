package import Time

/// A check of a gate, and what its last answer was.
package struct CheckView: Codable, Equatable, Sendable {
    package var name: String
    /// `unasked`, `passing`, `stale` (its last pass is too old to count), `failing` or `waived`.
    package var state: String
    /// What must be found.
    package var limit: String
    /// What was; nil before the first answer.
    package var found: String?
    package var askedAt: Timestamp?
    package var failuresInARow: Int
    package var waiver: ResumptionView?

    package init(
        name: String,
        state: String,
        limit: String,
        found: String? = nil,
        askedAt: Timestamp? = nil,
        failuresInARow: Int = 0,
        waiver: ResumptionView? = nil
    ) {
        self.name = name
        self.state = state
        self.limit = limit
        self.found = found
        self.askedAt = askedAt
        self.failuresInARow = failuresInARow
        self.waiver = waiver
    }
}
