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
        let cves = Parameter.texts(Set(advisories.flatMap(\.cves).map(\.description)).sorted())
        let rows = try await client.batch([Self.selectKnownExploited(cves), Self.selectProbabilities(cves)])
        return Threats(
            knownExploited: try rows[0].map { try DomainJSON.decode(KnownExploited.self, from: try $0.get(0)) },
            probabilities: try rows[1].map { try DomainJSON.decode(ExploitProbability.self, from: try $0.get(0)) }
        )
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
