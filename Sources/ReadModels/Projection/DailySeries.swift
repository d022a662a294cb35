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
        let first = Parameter.int32(Int32(clamping: day - days))
        return [
            open,
            NodeProofs.copyAll,
            NodeContactStore.addMissing,
            closeDay(.int32(Int32(clamping: former)), .int64(Int64(NodeCompliance.scanLifetimeSeconds))),
            notePlaces(.int32(Int32(clamping: former))),
            forgetCompliance(first), forgetPlaces(first), forgetInstalls(first), forgetLatencyBefore(first),
            // A server of the former version may have added to it.
            forgetLatency(of: [former]),
            sumLatency(),
        ]
    }

    /// Notes when versions were published, and sums what hangs on it.
    ///
    /// - Parameter hasInstalls: whether days were forgotten before, for what was installed.
    static func statements(released: [Patch: Timestamp], hasInstalls: Bool) -> [Statement] {
        let rows = released.sorted { $0.key < $1.key }
        guard !rows.isEmpty || hasInstalls else { return [] }
        let sum = sumLatency()
        guard !rows.isEmpty else { return [sum] }
        let parameters: [Parameter] = [
            .texts(rows.map(\.key.name)), .texts(rows.map(\.key.architecture)), .texts(rows.map(\.key.version)),
            .timestamps(rows.map(\.value)),
        ]
        return [Statement(forgetReleased, parameters), Statement(upsertReleases, parameters), sum]
    }

    /// The sums of the days are made anew by the next statement that sums.
    static func forgetLatency(of days: [Int64]) -> Statement {
        forgetLatencyOf(.int32s(Set(days).sorted().map { Int32(clamping: $0) }))
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

    private static let notePlaces = SQL(
        "compliance_place_note",
        """
        INSERT INTO compliance_place AS p (site, patch_group, baseline, last_day)
        SELECT DISTINCT site, patch_group, baseline, day FROM compliance_day WHERE day = $1
        ON CONFLICT (site, patch_group, baseline) DO UPDATE SET last_day = greatest(p.last_day, excluded.last_day)
        """
    )

    private static let forgetPlaces = SQL("compliance_place_forget", "DELETE FROM compliance_place WHERE last_day < $1")

    private static let forgetCompliance = SQL("compliance_day_forget", "DELETE FROM compliance_day WHERE day < $1")

    private static let forgetInstalls = SQL("install_day_forget", "DELETE FROM install_day WHERE day < $1")

    private static let forgetLatencyBefore = SQL("latency_day_forget", "DELETE FROM latency_day WHERE day < $1")

    private static let forgetLatencyOf = SQL("latency_day_forget_days", "DELETE FROM latency_day WHERE day = ANY ($1)")

    /// Of days on which something was installed whose publication is told otherwise now.
    private static let forgetReleased = SQL(
        "latency_day_forget_released",
        """
        DELETE FROM latency_day
        WHERE day IN (
            SELECT i.day
            FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS r (name, architecture, version, released_at)
            LEFT JOIN patch_release p USING (name, architecture, version)
            JOIN install_day i USING (name, architecture, version)
            WHERE p.released_at IS DISTINCT FROM r.released_at
        )
        """
    )

    /// In whole days (UTC); nothing is installed before it is published, whatever the clocks say.
    ///
    /// The ring is as ``TargetSelector/ring(of:)`` has it: what stands behind the last hyphen.
    private static let sumLatency = SQL(
        "latency_day_sum",
        """
        INSERT INTO latency_day (day, ring, days, nodes)
        SELECT i.day, split_part(i.patch_group, '-', -1),
            CASE
                WHEN p.released_at IS NOT NULL
                    THEN greatest(0, i.day - floor(extract(epoch FROM p.released_at) / 86400)::integer)
            END,
            sum(i.nodes)
        FROM generate_series((SELECT min(day) FROM install_day), (SELECT max(day) FROM install_day)) AS missing (day)
        JOIN install_day i USING (day)
        LEFT JOIN patch_release p USING (name, architecture, version)
        WHERE NOT EXISTS (SELECT FROM latency_day l WHERE l.day = missing.day)
        GROUP BY 1, 2, 3
        """
    )

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
