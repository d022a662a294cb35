package import Domain
import PatchStreams
import Postgres
package import Time

extension FleetQuestions {
    /// Advisories that a preview is made of.
    package static let previewAdvisories = 20_000

    /// The advisories that were published since, without those that were taken back, and what the vendors' records say of their CVEs.
    ///
    /// - Returns: nil when there are more than ``previewAdvisories``.
    package func advisories(since moment: Timestamp) async throws -> (advisories: [Advisory], ratings: SeverityRatings)?
    {
        let limit = Parameter.int64(Int64(Self.previewAdvisories) + 1)
        let advisories = try await client.query(Self.selectSince(.timestamp(moment), limit)).map { row in
            try DomainJSON.decode(Advisory.self, from: try row.get(0))
        }
        guard advisories.count <= Self.previewAdvisories else { return nil }
        return (advisories, SeverityRatings(advisories + (try await ratingRecords(of: advisories))))
    }

    /// What is known of the exploitation of the advisories' CVEs.
    package func threats(of advisories: [Advisory]) async throws -> Threats {
        try await client.threats(of: Set(advisories.flatMap(\.cves)))
    }

    // MARK: - SQL

    private static let selectSince = SQL(
        "advisory_select_since",
        """
        SELECT v.body
        FROM advisory a
        JOIN advisory_version v ON v.source = a.source AND v.id = a.id AND v.digest = a.digest
        WHERE a.released_at >= $1 AND NOT a.is_withdrawn
        ORDER BY a.released_at DESC
        LIMIT $2
        """
    )
}
