package import Time

/// Findings of a node that are open for longer than they may be: those that are due first by name, all by number.
package struct OverdueFindings: Codable, Equatable, Sendable {
    /// The most that are named.
    package static let mostNamed = 20

    package struct Finding: Codable, Hashable, Sendable, Comparable {
        package var advisory: String
        package var package: String
        package var severity: AdvisorySeverity
        package var dueAt: Timestamp

        package init(advisory: String, package: String, severity: AdvisorySeverity, dueAt: Timestamp) {
            self.advisory = advisory
            self.package = package
            self.severity = severity
            self.dueAt = dueAt
        }

        package static func < (left: Self, right: Self) -> Bool {
            (left.dueAt, left.advisory, left.package) < (right.dueAt, right.advisory, right.package)
        }
    }

    package let count: Int
    /// In the order in which they are due.
    package let first: [Finding]

    package init(_ findings: Set<Finding> = []) {
        count = findings.count
        first = Array(findings.sorted().prefix(Self.mostNamed))
    }

    /// Whether one is among them that was not among the others.
    ///
    /// Where the others are not all named, their number alone tells: one that is named now may have been among those that were not.
    func hasMore(than others: Self) -> Bool {
        count > others.count || (others.count <= Self.mostNamed && !Set(first).isSubset(of: others.first))
    }
}
