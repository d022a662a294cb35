/// What the log of a benchmark does not bring about: nodes that somebody should see to, and a year of days.
enum PageTables {
    /// - Parameter today: counted from 1970-01-01.
    static func statements(hosts: Int, sites: Int, today: Int64) -> [String] {
        let missing = (1...3).map { #"{"name":"p\#($0)","installedVersion":"1","version":"2","level":"HIGH"}"# }
        let number = "('x' || substr(node, 13))::bit(32)::bigint"
        let groups = "unnest(ARRAY['Debian12-early', 'Debian12-main', 'Debian12-late']) AS g"
        let kinds = "unnest(ARRAY['Debian12', 'AL2023', 'Win2022']) AS k, unnest(ARRAY['early', 'main', 'late']) AS r"
        return [
            """
            UPDATE node_compliance
            SET state = CASE WHEN \(number) % 10 = 0 THEN 'NON_COMPLIANT' ELSE state END,
                missing = CASE WHEN \(number) % 10 = 0 THEN '[\(missing.joined(separator: ","))]'::json ELSE missing END,
                critical_missing = CASE WHEN \(number) % 1000 = 0 THEN 2 ELSE critical_missing END,
                unknown_reason = CASE WHEN \(number) % 2000 = 11 THEN 'stale-index' ELSE unknown_reason END,
                scanned_at = CASE WHEN \(number) % 300 = 7 THEN scanned_at - interval '9 days' ELSE scanned_at END,
                reboot_reasons = CASE WHEN \(number) % 700 = 3 THEN '["kernel"]'::json ELSE reboot_reasons END
            """,
            """
            UPDATE node
            SET proved_state = CASE WHEN c.unknown_reason IS NULL THEN c.state END, scanned_at = c.scanned_at,
                lacks_critical = c.critical_missing > 0, waits_for_reboot = c.reboot_reasons::text <> '[]',
                enrolled_at = now() - interval '100 days', is_revoked = \(number) % 20000 = 8,
                is_pending = \(number) % 5000 = 1, is_cloned = \(number) % 10000 = 2
            FROM node_compliance c
            WHERE c.node = node.id
            """,
            """
            INSERT INTO node_contact (node, heard_at, clock_off_seconds)
            SELECT node, now() - CASE WHEN \(number) % 900 = 5 THEN interval '3 days' ELSE interval '20 minutes' END, 0
            FROM node_compliance
            ON CONFLICT (node) DO UPDATE SET heard_at = excluded.heard_at
            """,
            """
            INSERT INTO compliance_day
            SELECT d, 'site-' || s, k || '-' || r, lower(k), st, 180 + d % 7
            FROM generate_series(\(today - 400), \(today - 1)) AS d, generate_series(0, \(sites - 1)) AS s, \(kinds),
                unnest(ARRAY['COMPLIANT', 'NON_COMPLIANT', 'UNKNOWN']) AS st
            ON CONFLICT DO NOTHING
            """,
            """
            INSERT INTO compliance_place
            SELECT site, patch_group, baseline, max(day) FROM compliance_day GROUP BY 1, 2, 3
            ON CONFLICT DO NOTHING
            """,
            """
            INSERT INTO latency_day
            SELECT d, r, l, 200 FROM generate_series(\(today - 400), \(today)) AS d,
                unnest(ARRAY['early', 'main', 'late']) AS r, generate_series(1, 30) AS l
            """,
            """
            INSERT INTO install_day
            SELECT d, g, 'library-' || (d * 7 + p) % 3000, 'amd64', '1.' || d / 30, 200
            FROM generate_series(\(today - 400), \(today - 1)) AS d, \(groups), generate_series(1, 60) AS p
            ON CONFLICT DO NOTHING
            """,
            "ANALYZE",
        ]
    }
}
