package import Domain
package import Time

/// What becomes of a window's occurrence, by SSM's rules: no overlap, and no catch-up.
package enum OccurrenceStart: Equatable, Sendable {
    /// It has not opened yet.
    case waits
    case starts
    /// The occurrence before it is still at work when it opens: SSM's SKIPPED_OVERLAPPING. It does not start later either.
    case skippedOverlapping
    /// Nobody looked at it between its opening and its cutoff; it is not made up for.
    case missed
}

extension WindowOccurrence {
    /// What becomes of it, which has not started yet, at the moment.
    ///
    /// - Parameter previousIsActive: the occurrence before it has not ended.
    package func start(at now: Timestamp, previousIsActive: Bool) -> OccurrenceStart {
        if now < opens { return .waits }
        if now >= cutoff { return .missed }
        return previousIsActive ? .skippedOverlapping : .starts
    }
}
