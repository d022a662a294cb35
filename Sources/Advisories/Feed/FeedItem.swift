package import Domain

/// What a feed delivers.
package enum FeedItem: Equatable, Sendable {
    case advisory(Advisory)
    case knownExploited(KnownExploited)
    case exploitProbability(ExploitProbability)
    case malformed(Malformed)
}

/// An entry that was skipped; the others of the feed count.
package struct Malformed: Equatable, Sendable, CustomStringConvertible {
    /// Where it stands: a line, a byte offset or a file, with the entry's id where it has one.
    package var place: String
    package var reason: String

    package var description: String { "\(place): \(reason)" }
}

/// What a whole feed was.
package struct FeedSummary: Equatable, Sendable {
    package var format: AdvisoryFeed.Format
    /// Entries that were delivered as values.
    package var entryCount: Int
    package var malformedCount: Int
}
