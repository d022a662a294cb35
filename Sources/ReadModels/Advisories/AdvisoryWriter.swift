import Crypto
package import Domain
import Postgres
import Time

/// Writes what one import brings, within its transaction.
package struct AdvisoryWriter: Sendable {
    /// How many entries were not there before, and how many are not as they were.
    package struct Changes: Equatable, Sendable {
        package var new = 0
        package var changed = 0

        package init() {}

        package static func += (left: inout Self, right: Self) {
            left.new += right.new
            left.changed += right.changed
        }
    }

    let session: PostgresSession
    /// The import's.
    package let number: Int64
    let now: Timestamp

    /// The last import of the feed; no other can come before the transaction's end.
    package func lastImport(of feed: String) async throws -> AdvisoryImportView? {
        try await session.query(AdvisoryImportView.selectLast(.text(feed))).first.map { try AdvisoryImportView($0) }
    }

    /// Makes these the current versions; of those with one id the last counts.
    package func write(_ advisories: [Advisory]) async throws -> Changes {
        let latest = Self.last(advisories) { [$0.source.rawValue, $0.id] }
        guard !latest.isEmpty else { return Changes() }
        let bodies = latest.map(\.canonicalBytes)
        let statement = Self.insertAdvisories(
            .texts(latest.map(\.source.rawValue)),
            .texts(latest.map(\.id)),
            .byteas(bodies.map { Array(SHA256.hash(data: $0)) }),
            .jsons(bodies.map { String(decoding: $0, as: UTF8.self) }),
            .timestamps(latest.map { $0.releasedAt ?? Timestamp(microseconds: 0) }),
            .timestamp(now)
        )
        return try await changes(statement)
    }

    package func write(_ entries: [KnownExploited]) async throws -> Changes {
        let latest = Self.last(entries, key: \.cve)
        return try await write(latest.map(\.cve), latest.map(\.canonicalBytes), Self.insertKnownExploited)
    }

    package func write(_ entries: [ExploitProbability]) async throws -> Changes {
        let latest = Self.last(entries, key: \.cve)
        return try await write(latest.map(\.cve), latest.map(\.canonicalBytes), Self.insertProbabilities)
    }

    /// Takes away the known exploited vulnerabilities that this import did not bring: the catalogue counts as a whole.
    package func removeFormerKnownExploited() async throws {
        _ = try await session.query(Self.deleteKnownExploited(.int64(number)))
    }

    /// Takes away the exploit probabilities that this import did not bring: the estimates count as a whole.
    package func removeFormerProbabilities() async throws {
        _ = try await session.query(Self.deleteProbabilities(.int64(number)))
    }

    /// Keeps a chunk of the feed's bytes; the same bytes again change nothing.
    package func keep(_ bytes: [UInt8], chunk: Int, of sha256: String) async throws {
        _ = try await session.query(Self.insertContent(.text(sha256), .int32(Int32(chunk)), .bytea(bytes)))
    }

    /// Records the import, and lets go of bytes that none of the last imports of any feed had.
    package func finish(_ record: AdvisoryImportView) async throws {
        _ = try await session.batch([
            try record.insert, Self.deleteContents(.int64(Int64(AdvisoryStore.keptContents))),
        ])
    }

    // MARK: - Steps

    private func write(_ cves: [CVE], _ bodies: [[UInt8]], _ insert: SQL) async throws -> Changes {
        guard !cves.isEmpty else { return Changes() }
        let texts = bodies.map { String(decoding: $0, as: UTF8.self) }
        return try await changes(insert(.texts(cves.map(\.description)), .jsons(texts), .int64(number)))
    }

    private func changes(_ statement: Statement) async throws -> Changes {
        let row = try await session.query(statement).one()
        var changes = Changes()
        changes.new = try row.get(0)
        changes.changed = try row.get(1)
        return changes
    }

    private static func last<Entry, Key: Hashable>(_ entries: [Entry], key: (Entry) -> Key) -> [Entry] {
        var places: [Key: Int] = [:]
        for (place, entry) in entries.enumerated() { places[key(entry)] = place }
        return places.values.sorted().map { entries[$0] }
    }
}

// MARK: - SQL

extension AdvisoryWriter {
    /// What was there before is looked up row by row: a plan that was made for an empty table would read it whole each time.
    private static let insertAdvisories = SQL(
        "advisory_write",
        """
        WITH given AS (
            SELECT *, (SELECT a.digest FROM advisory a WHERE a.source = g.source AND a.id = g.id) AS former
            FROM unnest($1::text[], $2::text[], $3::bytea[], $4::json[], $5::timestamptz[])
                AS g(source, id, digest, body, released_at)
        ), edited AS (
            SELECT * FROM given WHERE former IS DISTINCT FROM digest
        ), versions AS (
            INSERT INTO advisory_version (source, id, digest, body, imported_at)
            SELECT source, id, digest, body, $6 FROM edited
            ON CONFLICT DO NOTHING
        ), current AS (
            INSERT INTO advisory (
                source, id, digest, released_at, title, classification, severity_word, is_withdrawn, fix_count, cves,
                packages
            )
            SELECT source, id, digest, released_at, body->>'title', body->>'classification', body->>'severityWord',
                (body->>'isWithdrawn')::boolean, json_array_length(body->'fixes'),
                ARRAY(SELECT json_array_elements_text(body->'cves')),
                ARRAY(SELECT DISTINCT fix->>'name' FROM json_array_elements(body->'fixes') fix)
            FROM edited
            ON CONFLICT (source, id) DO UPDATE SET
                digest = excluded.digest, released_at = excluded.released_at, title = excluded.title,
                classification = excluded.classification, severity_word = excluded.severity_word,
                is_withdrawn = excluded.is_withdrawn, fix_count = excluded.fix_count, cves = excluded.cves,
                packages = excluded.packages
        )
        SELECT count(*) FILTER (WHERE former IS NULL), count(former) FROM edited
        """
    )

    private static let insertKnownExploited = insert(into: "known_exploited")
    private static let insertProbabilities = insert(into: "exploit_probability")

    /// Every part of the statement sees the table as it was before.
    private static func insert(into table: String) -> SQL {
        SQL(
            "\(table)_write",
            """
            WITH given AS (
                SELECT cve, body, (SELECT t.body::text FROM \(table) t WHERE t.cve = g.cve) AS former
                FROM unnest($1::text[], $2::json[]) AS g(cve, body)
            ), written AS (
                INSERT INTO \(table) (cve, body, import)
                SELECT cve, body, $3 FROM given
                ON CONFLICT (cve) DO UPDATE SET body = excluded.body, import = excluded.import
            )
            SELECT count(*) FILTER (WHERE former IS NULL), count(*) FILTER (WHERE former <> body::text) FROM given
            """
        )
    }

    private static let deleteKnownExploited = SQL(
        "known_exploited_delete",
        "DELETE FROM known_exploited WHERE import <> $1"
    )

    private static let deleteProbabilities = SQL(
        "exploit_probability_delete",
        "DELETE FROM exploit_probability WHERE import <> $1"
    )

    private static let insertContent = SQL(
        "feed_content_insert",
        "INSERT INTO feed_content (sha256, chunk, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
    )

    private static let deleteContents = SQL(
        "feed_content_delete",
        """
        DELETE FROM feed_content
        WHERE sha256 NOT IN (
            SELECT sha256
            FROM (SELECT sha256, row_number() OVER (PARTITION BY feed ORDER BY number DESC) AS age FROM advisory_import) i
            WHERE age <= $1
        )
        """
    )
}
