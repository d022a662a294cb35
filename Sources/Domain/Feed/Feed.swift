package import Time

/// A feed of advisories by the name that operators gave it, and what was last imported from it.
package struct Feed: EventSourced {
    /// nil before the first import.
    package private(set) var last: FeedImport?

    package init() {}

    package var wakeAt: Timestamp? { nil }

    package func decide(_ message: FeedMessage, now: Timestamp, actor: String) throws(FeedRefusal) -> [FeedEvent] {
        switch message {
        case .imported(let fact):
            // An import is told again until whoever tells it knows that it was heard.
            if let last, fact.number <= last.number { return [] }
            return [.imported(fact, by: actor, at: now)]
        case .wake: return []
        }
    }

    package mutating func evolve(_ event: FeedEvent) {
        switch event {
        case .imported(let fact, _, _): last = fact
        }
    }

    package func effects(of event: FeedEvent) -> [FeedEffect] { [] }
}

/// What was imported from a feed, and what it changed.
package struct FeedImport: Codable, Equatable, Sendable {
    /// Imports of all feeds are numbered from 1.
    package var number: Int64
    /// Of the bytes as they came, lower-case hexadecimal.
    package var sha256: String
    package var byteCount: Int64
    package var format: String
    /// Where it was fetched from; nil when it came from a file.
    package var url: String?
    /// The server's name for the version that was fetched.
    package var etag: String?
    /// Entries that were read as values.
    package var entryCount: Int
    package var newCount: Int
    package var changedCount: Int
    /// Entries that were skipped.
    package var malformedCount: Int

    package init(
        number: Int64,
        sha256: String,
        byteCount: Int64,
        format: String,
        url: String? = nil,
        etag: String? = nil,
        entryCount: Int,
        newCount: Int,
        changedCount: Int,
        malformedCount: Int
    ) {
        self.number = number
        self.sha256 = sha256
        self.byteCount = byteCount
        self.format = format
        self.url = url
        self.etag = etag
        self.entryCount = entryCount
        self.newCount = newCount
        self.changedCount = changedCount
        self.malformedCount = malformedCount
    }
}
