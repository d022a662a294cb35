import Domain
import PatchStreams
import Postgres
import Time

extension AdvisoryImportView {
    init(_ row: Row) throws {
        let fact = FeedImport(
            number: try row.get("number"),
            sha256: try row.get("sha256"),
            byteCount: try row.get("byte_count"),
            format: try row.get("format"),
            url: try row.get("url"),
            etag: try row.get("etag"),
            entryCount: try row.get("entry_count"),
            newCount: try row.get("new_count"),
            changedCount: try row.get("changed_count"),
            malformedCount: try row.get("malformed_count")
        )
        self.init(
            feed: try row.get("feed"),
            fact: fact,
            malformed: try DomainJSON.decode([MalformedEntryView].self, from: try row.get("malformed")),
            importedBy: try row.get("imported_by"),
            importedAt: try row.get("imported_at")
        )
    }

    var insert: Statement {
        get throws {
            Self.insertRow(
                .int64(fact.number),
                .text(feed),
                .text(fact.sha256),
                .int64(fact.byteCount),
                .text(fact.format),
                .text(fact.url),
                .text(fact.etag),
                .int32(Int32(clamping: fact.entryCount)),
                .int32(Int32(clamping: fact.newCount)),
                .int32(Int32(clamping: fact.changedCount)),
                .int32(Int32(clamping: fact.malformedCount)),
                .json(try DomainJSON.encode(malformed)),
                .text(importedBy),
                .timestamp(importedAt)
            )
        }
    }

    // MARK: - SQL

    private static let columns =
        """
        number, feed, sha256, byte_count, format, url, etag, entry_count, new_count, changed_count, malformed_count,
            malformed, imported_by, imported_at
        """

    private static let insertRow = SQL(
        "advisory_import_insert",
        """
        INSERT INTO advisory_import (\(columns))
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """
    )

    static let selectLast = SQL(
        "advisory_import_last",
        "SELECT \(columns) FROM advisory_import WHERE feed = $1 ORDER BY number DESC LIMIT 1"
    )

    /// Newest first.
    static let select = SQL(
        "advisory_import_select",
        """
        SELECT \(columns)
        FROM advisory_import
        WHERE ($1::text IS NULL OR feed = $1) AND ($2::bigint IS NULL OR number < $2)
        ORDER BY number DESC
        LIMIT $3
        """
    )
}
