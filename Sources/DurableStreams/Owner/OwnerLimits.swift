/// What one engine holds in memory and writes at a time.
package struct OwnerLimits: Sendable {
    /// Rows of one flush, after which it is sent; one decision may go beyond.
    package var flushRows = 3_000
    /// Bytes of one flush, after which it is sent; one decision may go beyond.
    package var flushBytes = 8 << 20
    /// Messages taken from the inbox and not yet decided.
    package var queuedMessages = 20_000
    /// Messages of one stream in a row when others wait.
    package var turnMessages = 500
    /// Streams kept in memory; the least recently used are forgotten.
    package var openStreams = 10_000
    /// Bytes of events behind a snapshot before the next, or ``snapshotRatio`` times the snapshot's size if that is more:
    /// writing snapshots then costs little beside writing events, and a stream is read in a fraction of a second.
    package var snapshotBytes = 1 << 20
    package var snapshotRatio = 8

    package init() {}
}
