package import Domain
package import Time

extension ScheduleRule {
    /// The first occurrence after the moment; nil when there is none any more.
    ///
    /// - Throws: for an expression or a zone that cannot be understood.
    package func next(after moment: Timestamp) throws(ScheduleError) -> Timestamp? {
        try ScheduleExpression(expression).next(after: moment, in: Zone(zone))
    }
}
