/// Why a schedule, a window, business hours or a freeze cannot be understood.
package struct ScheduleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was found, where, and what is allowed.
    package let description: String

    init(_ description: String) { self.description = description }
}
