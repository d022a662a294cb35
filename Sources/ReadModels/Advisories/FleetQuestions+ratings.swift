import Domain
import Postgres
import Time

extension FleetQuestions {
    /// The vendors' records that rate the CVEs of those advisories that have no severity of their own, as far as they rate.
    func ratingRecords(of advisories: [Advisory]) async throws -> [Advisory] {
        var pairs: Set<[String]> = []
        for advisory in advisories where advisory.severityWord.isEmpty {
            for cve in advisory.cves { pairs.insert([advisory.source.rawValue, cve.description]) }
        }
        guard !pairs.isEmpty else { return [] }
        let statement = Self.selectRatings(.texts(pairs.map { $0[0] }), .texts(pairs.map { $0[1] }))
        return try await client.query(statement).compactMap { row in
            guard let source = AdvisorySource(rawValue: try row.get(0)), let cve = CVE(try row.get(1, as: String.self))
            else { return nil }
            return Advisory(
                id: "",
                source: source,
                title: "",
                classification: try row.get(2),
                severityWord: try row.get(3),
                cves: [cve]
            )
        }
    }

    /// By the CVE: the key, of which the source is the first part, would lead through all that the source has.
    private static let selectRatings = SQL(
        "advisory_select_ratings",
        """
        SELECT DISTINCT g.source, g.cve, r.classification, r.severity_word
        FROM unnest($1::text[], $2::text[]) AS g(source, cve)
        CROSS JOIN LATERAL (
            SELECT a.classification, a.severity_word
            FROM advisory a
            WHERE a.cves @> ARRAY[g.cve] AND a.source || '' = g.source AND a.severity_word <> '' AND NOT a.is_withdrawn
        ) r
        """
    )
}
