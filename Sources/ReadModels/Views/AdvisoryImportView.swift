package import Domain
package import Time

/// One import from a feed, and what it changed.
package struct AdvisoryImportView: Codable, Equatable, Sendable {
    package var feed: String
    package var fact: FeedImport
    /// The first of the entries that were skipped.
    package var malformed: [MalformedEntryView]
    package var importedBy: String
    package var importedAt: Timestamp

    package init(
        feed: String,
        fact: FeedImport,
        malformed: [MalformedEntryView],
        importedBy: String,
        importedAt: Timestamp
    ) {
        self.feed = feed
        self.fact = fact
        self.malformed = malformed
        self.importedBy = importedBy
        self.importedAt = importedAt
    }
}

/// An entry of a feed that was skipped.
package struct MalformedEntryView: Codable, Equatable, Sendable {
    /// Most that are listed of one import; the others are counted.
    package static let maximumCount = 100

    /// Where in the feed it stands: a line, a byte offset or a record, with its id where it has one.
    package var place: String
    package var reason: String

    package init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }
}

/// The answer to `POST /api/v1/advisories/imports`.
package struct AdvisoriesImported: Codable, Equatable, Sendable {
    /// The import, or the last one when it had the same bytes.
    package var lastImport: AdvisoryImportView
    /// The bytes are those of the last import of this feed: nothing has changed.
    package var isUnchanged: Bool

    package init(lastImport: AdvisoryImportView, isUnchanged: Bool) {
        self.lastImport = lastImport
        self.isUnchanged = isUnchanged
    }
}
