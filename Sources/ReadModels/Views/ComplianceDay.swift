/// How many nodes were of which compliance at the end of a day.
package struct ComplianceDay: Equatable, Sendable {
    /// Of UTC, counted from 1970-01-01.
    package var day: Int64
    package var unknown: Int
    package var nonCompliant: Int
    package var compliant: Int

    package init(day: Int64, unknown: Int, nonCompliant: Int, compliant: Int) {
        self.day = day
        self.unknown = unknown
        self.nonCompliant = nonCompliant
        self.compliant = compliant
    }

    package var nodes: Int { unknown + nonCompliant + compliant }
}
