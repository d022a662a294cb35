package import Time

/// A stream as it is loaded: its row, and the commits behind its snapshot in order.
package struct StoredStream: Equatable, Sendable {
    package var stream: StreamID
    /// Whether it has a row; a stream without commits has none.
    package var exists: Bool
    package var wakeAt: Timestamp?
    package var snapshot: Snapshot?
    package var commits: [Commit]
    /// The first of the commits that is not sealed: none is believed then.
    package var unsealed: UnsealedRow?

    package init(stream: StreamID, exists: Bool, wakeAt: Timestamp?, snapshot: Snapshot?, commits: [Commit]) {
        self.stream = stream
        self.exists = exists
        self.wakeAt = wakeAt
        self.snapshot = snapshot
        self.commits = commits
    }
}

/// When a stream is to be looked at.
package struct StoredWake: Equatable, Sendable {
    package var stream: StreamID
    package var at: Timestamp

    package init(stream: StreamID, at: Timestamp) {
        self.stream = stream
        self.at = at
    }
}
