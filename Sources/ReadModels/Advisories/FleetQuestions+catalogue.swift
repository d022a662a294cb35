package import Domain
import PatchStreams
import Postgres
import Time

/// Which packages of vendors' catalogues are asked for; an empty list asks for any.
package struct CatalogueFilter: Equatable, Sendable {
    package var sources: [AdvisorySource]
    /// Of packages, or of updates such as `KB5036451`.
    package var names: [String] = []
    package var cves: [String] = []
    package var advisories: [String] = []

    package init(sources: [AdvisorySource]) { self.sources = sources }
}

extension FleetQuestions {
    /// The names of what current advisories fix, in the order of their bytes.
    ///
    /// - Parameter first: the least that is meant; empty begins at the beginning.
    package func fixedNames(_ filter: CatalogueFilter, from first: String, limit: Int) async throws -> [String] {
        let statement = Self.selectFixedNames(
            .texts(filter.sources.map(\.rawValue)),
            .text(first),
            .texts(filter.names),
            .texts(filter.cves),
            .texts(filter.advisories),
            .int64(Int64(limit))
        )
        return try await client.query(statement).column(0, as: String.self)
    }

    /// The current advisories that fix something of these names, without their other fixes.
    package func advisories(fixing names: [String], of sources: [AdvisorySource]) async throws -> [NotedAdvisory] {
        let rows = try await client.query(Self.selectFixes(.texts(sources.map(\.rawValue)), .texts(names)))
        let advisories = try rows.map { row in
            try Self.advisory(
                row,
                fixes: try DomainJSON.decode([FixedPackage].self, from: try row.get("fixes")),
                link: try row.get("link")
            )
        }
        let ratings = SeverityRatings(advisories + (try await ratingRecords(of: advisories)))
        let threats = try await threats(of: advisories)
        return advisories.map { advisory in
            NotedAdvisory(advisory, threats) { ratings.severity(of: $0, by: advisory.source) }
        }
    }

    /// Products in the words of filters such as `Ubuntu22.04`: those that any advisory speaks of, and those of the site's nodes.
    ///
    /// - Parameter scope: of the one who asks.
    package func products(of system: OperatingSystem, site: String, within scope: AccessScope) async throws -> [String]
    {
        try await projector.catchUp()
        var products = Set(
            try await content.advisories.releases().compactMap { Self.product($0.platform, $0.version, of: system) }
        )
        for row in try await client.query(Self.selectReleases(.text(site)))
        where scope.covers(site: site, patchGroup: try row.get("patch_group")) {
            let product = Self.product(try row.get("platform"), try row.get("platform_version"), of: system)
            if let product { products.insert(product) }
        }
        return products.sorted()
    }

    // MARK: - Steps

    private static func product(_ platform: String, _ version: String, of system: OperatingSystem) -> String? {
        OperatingSystem(platform: platform, version: version) == system ? system.product(version: version) : nil
    }

    // MARK: - SQL

    private static let selectFixedNames = SQL(
        "advisory_select_names",
        """
        SELECT DISTINCT p.name COLLATE "C" AS name
        FROM advisory a
        CROSS JOIN LATERAL unnest(a.packages) AS p (name)
        WHERE a.source = ANY ($1) AND NOT a.is_withdrawn AND p.name COLLATE "C" >= $2
            AND (cardinality($3::text[]) = 0 OR p.name = ANY ($3))
            AND (cardinality($4::text[]) = 0 OR a.cves && $4)
            AND (cardinality($5::text[]) = 0 OR a.id = ANY ($5))
        ORDER BY 1
        LIMIT $6
        """
    )

    private static let selectFixes = SQL(
        "advisory_select_fixes",
        """
        SELECT a.source, a.id, a.title, a.classification, a.severity_word, a.released_at, a.is_withdrawn, a.cves,
            v.body->>'link' AS link, f.fixes
        FROM advisory a
        JOIN advisory_version v ON v.source = a.source AND v.id = a.id AND v.digest = a.digest
        CROSS JOIN LATERAL (
            SELECT json_agg(e.value) AS fixes FROM json_array_elements(v.body->'fixes') AS e
            WHERE e.value->>'name' = ANY ($2)
        ) f
        WHERE a.source = ANY ($1) AND NOT a.is_withdrawn AND a.packages && $2 AND f.fixes IS NOT NULL
        ORDER BY a.source, a.id
        """
    )

    private static let selectReleases = SQL(
        "node_select_releases",
        "SELECT DISTINCT patch_group, platform, platform_version FROM node WHERE site = $1 AND NOT is_revoked"
    )
}
