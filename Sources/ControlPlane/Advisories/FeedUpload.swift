/// A feed that an operator has sent, in a file of its own.
package struct FeedUpload: Sendable {
    /// What the operators call the feed.
    package var feed: String
    package var path: String
    /// Of the file's bytes, lower-case hexadecimal.
    package var sha256: String
    package var byteCount: Int64
    /// The name of a format; nil to tell it by the content.
    package var format: String?
    /// Where it was fetched from, and the version's name there.
    package var url: String?
    package var etag: String?
    /// Who sends it.
    package var by: String

    package init(
        feed: String,
        path: String,
        sha256: String,
        byteCount: Int64,
        format: String? = nil,
        url: String? = nil,
        etag: String? = nil,
        by: String
    ) {
        self.feed = feed
        self.path = path
        self.sha256 = sha256
        self.byteCount = byteCount
        self.format = format
        self.url = url
        self.etag = etag
        self.by = by
    }
}
