package import Domain
import Time

/// An occurrence of a window as it is shown to people: in UTC and in the time of a site.
package struct LocalWindow: Equatable, Sendable {
    package let occurrence: WindowOccurrence
    package let opens: LocalTime
    package let cutoff: LocalTime
    package let closes: LocalTime
    /// By how much clocks are put forward while it is open; negative when they are put back, 0 when they are let alone.
    package let clockChangeSeconds: Int64

    package init(_ occurrence: WindowOccurrence, in zone: Zone) {
        self.occurrence = occurrence
        opens = zone.localTime(at: occurrence.opens)
        cutoff = zone.localTime(at: occurrence.cutoff)
        closes = zone.localTime(at: occurrence.closes)
        // Clocks that are changed when it closes are not changed within it.
        let end = zone.localTime(at: occurrence.closes - .microseconds(1))
        clockChangeSeconds = end.offsetSeconds - opens.offsetSeconds
    }
}
