import Domain
import Postgres
import Time

/// Sums by day (UTC), which the projection closes when it has read the log up to a day's end: what they tell is what the log told by then,
/// whenever it is read.
enum DailySeries {
    /// Days that are kept.
    static let days: Int64 = 400

    /// The day that the projection is in; nil before its first commit.
    static func openDay(of projection: String, _ client: PostgresClient) async throws -> Int64? {
        try await client.query(readOpenDay(.text(projection))).first.map { Int64(try $0.get(0, as: Int32.self)) }
    }

    /// Opens a day.
    ///
    /// - Parameter former: the day before it, which ends with it; nil for the first one.
    static func statements(opening day: Int64, after former: Int64?, of projection: String) -> [Statement] {
        let open = openDay(.text(projection), .int32(Int32(clamping: day)))
        guard let former else { return [open] }
        return [
            open,
            closeDay(.int32(Int32(clamping: former)), .int64(Int64(NodeCompliance.scanLifetimeSeconds))),
            forgetCompliance(.int32(Int32(clamping: day - days))),
            forgetInstalls(.int32(Int32(clamping: day - days))),
        ]
    }

    /// Notes when versions were published.
    static func statements(released: [Patch: Timestamp]) -> [Statement] {
        let rows = released.sorted { $0.key < $1.key }
        guard !rows.isEmpty else { return [] }
        return [
            upsertReleases(
                .texts(rows.map(\.key.name)),
                .texts(rows.map(\.key.architecture)),
                .texts(rows.map(\.key.version)),
                .timestamps(rows.map(\.value))
            )
        ]
    }

    // MARK: - SQL

    private static let readOpenDay = SQL(
        "projection_day_read",
        "SELECT open_day FROM projection_day WHERE projection = $1"
    )

    private static let openDay = SQL(
        "projection_day_open",
        """
        INSERT INTO projection_day AS d (projection, open_day) VALUES ($1, $2)
        ON CONFLICT (projection) DO UPDATE SET open_day = greatest(d.open_day, excluded.open_day)
        """
    )

    /// As the questions of that moment would have had it: what no fresh scan proves is UNKNOWN.
    private static let closeDay = SQL(
        "compliance_day_close",
        """
        INSERT INTO compliance_day (day, site, patch_group, baseline, state, nodes)
        SELECT $1::integer, n.site, n.patch_group, coalesce(c.baseline, ''),
            CASE
                WHEN c.unknown_reason IS NOT NULL OR c.scanned_at IS NULL
                    OR c.scanned_at < to_timestamp(($1 + 1)::bigint * 86400 - $2) THEN 'UNKNOWN'
                ELSE c.state
            END,
            count(*)
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        WHERE NOT n.is_revoked
        GROUP BY 1, 2, 3, 4, 5
        ON CONFLICT DO NOTHING
        """
    )

    private static let forgetCompliance = SQL("compliance_day_forget", "DELETE FROM compliance_day WHERE day < $1")

    private static let forgetInstalls = SQL("install_day_forget", "DELETE FROM install_day WHERE day < $1")

    private static let upsertReleases = SQL(
        "patch_release_upsert",
        """
        INSERT INTO patch_release AS p (name, architecture, version, released_at)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS r
        ON CONFLICT (name, architecture, version) DO UPDATE SET released_at = excluded.released_at
        WHERE p.released_at <> excluded.released_at
        """
    )
}
