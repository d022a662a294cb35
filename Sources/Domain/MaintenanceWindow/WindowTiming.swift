package import Time

/// The calendar of windows, which Domain does not know: whoever decides passes it in.
package struct WindowTiming: Sendable {
    /// What is wrong with when the window opens; nil when nothing is.
    package let problem: @Sendable (WindowSettings, _ created: Timestamp) -> String?
    /// The first opening after a moment; nil when none comes any more, and for a window that is not enabled.
    package let next: @Sendable (WindowSettings, _ created: Timestamp, _ moment: Timestamp) -> Timestamp?

    package init(
        problem: @escaping @Sendable (WindowSettings, _ created: Timestamp) -> String?,
        next: @escaping @Sendable (WindowSettings, _ created: Timestamp, _ moment: Timestamp) -> Timestamp?
    ) {
        self.problem = problem
        self.next = next
    }
}
