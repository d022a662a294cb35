import AgentProtocol
import Domain
import Postgres
import Time

extension FleetQuestions {
    /// How the nodes of the filter stood at the end of each day, the oldest first; days that are not over, and those of before there was
    /// such a series, are left out.
    ///
    /// - Parameter days: how many days back, at most ``DailySeries/days``.
    package func compliance(_ filter: SeriesFilter, days: Int) async throws -> [ComplianceDay] {
        try Self.check([filter.site, filter.ring, filter.baseline])
        try await projector.catchUp()
        let first = now().day - Int64(min(days, Int(DailySeries.days)))
        return try await rows(
            of: Self.selectCompliance(
                .int32(Int32(clamping: first)),
                .text(filter.site),
                .text(filter.ring),
                .text(filter.baseline)
            )
        ).map { row in
            ComplianceDay(
                day: Int64(try row.get(0, as: Int32.self)),
                unknown: Int(try row.get(1, as: Int64.self)),
                nonCompliant: Int(try row.get(2, as: Int64.self)),
                compliant: Int(try row.get(3, as: Int64.self))
            )
        }
    }

    /// What there is to limit the series of these days to.
    package func seriesChoices(days: Int) async throws -> SeriesChoices {
        let first = now().day - Int64(min(days, Int(DailySeries.days)))
        let row = try await client.query(Self.selectChoices(.int32(Int32(clamping: first)))).one()
        return SeriesChoices(sites: try row.get(0), rings: try row.get(1), baselines: try row.get(2))
    }

    /// How long what was installed in these days took from its publication, by ring.
    package func patchLatency(days: Int) async throws -> [PatchLatency] {
        try await projector.catchUp()
        let first = now().day - Int64(min(days, Int(DailySeries.days)))
        var rings: [String: PatchLatency] = [:]
        for row in try await client.query(Self.selectLatency(.int32(Int32(clamping: first)))) {
            let ring = try row.get(0, as: String.self)
            let nodes = Int(try row.get(2, as: Int64.self))
            var latency = rings[ring] ?? PatchLatency(ring: ring, installs: [], undated: 0)
            if let days = try row.get(1, as: Int32?.self) {
                latency.installs.append((Int(days), nodes))
            } else {
                latency.undated += nodes
            }
            rings[ring] = latency
        }
        return rings.values.sorted { $0.ring < $1.ring }
    }

    // MARK: - SQL

    /// As ``TargetSelector/ring(of:)`` has it: what stands behind the last hyphen.
    private static let ring = "split_part(patch_group, '-', -1)"

    private static let selectCompliance = SQL(
        "compliance_day_select",
        """
        SELECT day, coalesce(sum(nodes) FILTER (WHERE state = 'UNKNOWN'), 0)::bigint,
            coalesce(sum(nodes) FILTER (WHERE state = 'NON_COMPLIANT'), 0)::bigint,
            coalesce(sum(nodes) FILTER (WHERE state = 'COMPLIANT'), 0)::bigint
        FROM compliance_day
        WHERE day >= $1 AND ($2::text IS NULL OR site = $2) AND ($3::text IS NULL OR \(ring) = $3)
            AND ($4::text IS NULL OR baseline = $4)
        GROUP BY day
        ORDER BY day
        """
    )

    private static let selectChoices = SQL(
        "compliance_place_choices",
        """
        SELECT coalesce(array_agg(DISTINCT site ORDER BY site), '{}'),
            coalesce(array_agg(DISTINCT \(ring) ORDER BY \(ring)), '{}'),
            coalesce(array_agg(DISTINCT baseline ORDER BY baseline) FILTER (WHERE baseline <> ''), '{}')
        FROM compliance_place
        WHERE last_day >= $1
        """
    )

    private static let selectLatency = SQL(
        "latency_day_select",
        """
        SELECT ring, days, sum(nodes)::bigint
        FROM latency_day
        WHERE day >= $1
        GROUP BY 1, 2
        ORDER BY 1, 2
        """
    )
}
