/// A schedule expression and the zone it is read in.
package struct ScheduleRule: Codable, Equatable, Sendable {
    /// `cron(…)`, `rate(…)` or `at(…)`.
    package var expression: String
    /// An IANA name.
    package var zone: String

    package init(expression: String, zone: String) {
        self.expression = expression
        self.zone = zone
    }
}
