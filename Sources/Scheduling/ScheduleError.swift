/// Why a schedule cannot be understood.
package struct ScheduleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was found and what was expected.
    package let description: String

    init(_ description: String) { self.description = description }
}
