package import Time

/// The calendar of what has occurrences, which Domain does not know: whoever decides passes it in.
package struct OccurrenceTiming<Settings: Sendable>: Sendable {
    /// What is wrong with when it occurs; nil when nothing is.
    package let problem: @Sendable (Settings, _ created: Timestamp) -> String?
    /// The first occurrence after a moment; nil when none comes any more, and for what is not enabled.
    package let next: @Sendable (Settings, _ created: Timestamp, _ moment: Timestamp) -> Timestamp?

    package init(
        problem: @escaping @Sendable (Settings, _ created: Timestamp) -> String?,
        next: @escaping @Sendable (Settings, _ created: Timestamp, _ moment: Timestamp) -> Timestamp?
    ) {
        self.problem = problem
        self.next = next
    }
}
