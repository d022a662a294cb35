import AgentProtocol
import Domain
import PatchStreams
import Postgres
import Time

extension FleetQuestions {
    /// Where imports are written.
    package var advisoryStore: AdvisoryStore { AdvisoryStore(client: client) }

    /// Current versions, the latest released first and those without a date last.
    ///
    /// - Parameter after: the cursor of the page before.
    /// - Throws: ``Problem`` 400 for a cursor that was not given by this.
    package func advisories(
        _ filter: AdvisoryFilter,
        after: String?,
        limit: Int
    ) async throws -> Listing<AdvisorySummary> {
        let cursor = try after.map { text in
            guard let cursor = AdvisoryCursor(text: text) else { throw Self.malformedCursor(text) }
            return cursor
        }
        let cves: [String] = filter.cve.map { [$0.description] } ?? []
        let packages: [String] = filter.package.map { [$0] } ?? []
        let rows = try await client.query(
            Self.selectAdvisories(filter)(
                .text(filter.source?.rawValue),
                .texts(cves),
                .texts(packages),
                .timestamp(filter.since),
                .timestamp(cursor?.releasedAt),
                .text(cursor?.source),
                .text(cursor?.id),
                .int64(Int64(limit))
            )
        )
        let items = try await summaries(rows)
        guard rows.count == limit, let last = rows.last else { return Listing(items: items) }
        let next = AdvisoryCursor(
            releasedAt: try last.get("released_at"),
            source: try last.get("source"),
            id: try last.get("id")
        )
        return Listing(items: items, next: next.text)
    }

    /// One advisory with all its versions.
    ///
    /// - Parameters:
    ///   - source: nil for whichever source has the id.
    ///   - version: the digest of the version to show; nil for the current one.
    /// - Throws: ``Problem`` 404 when there is none of that id or version, 409 when several sources have the id.
    package func advisory(_ id: String, source: String?, version: String?) async throws -> AdvisoryView {
        let found = try await client.query(Self.selectAdvisoryKeys(.text(id), .text(source)))
        guard let key = found.first else {
            let whose = source.map { " of \($0)" } ?? ""
            let detail = "there is no advisory \(id)\(whose); `ringmaster advisory ls` lists those there are"
            throw Problem(status: 404, code: "advisory-not-found", detail: detail)
        }
        guard found.count == 1 else {
            let sources = try found.column(0, as: String.self).joined(separator: ", ")
            let detail = "\(id) is an advisory of several sources (\(sources)); name one of them"
            throw Problem(status: 409, code: "advisory-ambiguous", detail: detail)
        }
        let (source, current) = (try key.get(0, as: String.self), try key.get(1, as: String.self))
        let wanted = version ?? current
        let rows = try await client.query(Self.selectVersions(.text(source), .text(id), .text(wanted)))
        let versions = try rows.map { row in
            let digest = try row.get(0, as: String.self)
            return AdvisoryVersionView(digest: digest, importedAt: try row.get(1), isCurrent: digest == current)
        }
        guard let body = try rows.compactMap({ try $0.get(2, as: String?.self) }).first else {
            let detail = "advisory \(id) never had a version \(wanted.prefix(64)); leave it out to see the current one"
            throw Problem(status: 404, code: "advisory-not-found", detail: detail)
        }
        return try await view(try DomainJSON.decode(Advisory.self, from: body), wanted, versions)
    }

    /// Imports of one feed or of all, newest first.
    ///
    /// - Parameter after: the number of the last import of the page before.
    package func advisoryImports(
        feed: String?,
        after: String?,
        limit: Int
    ) async throws -> Listing<AdvisoryImportView> {
        let number = try after.map { text in
            guard let number = Int64(text) else { throw Self.malformedCursor(text) }
            return number
        }
        let statement = AdvisoryImportView.select(.text(feed), .int64(number), .int64(Int64(limit)))
        let items = try await client.query(statement).map { try AdvisoryImportView($0) }
        return Listing(items: items, next: items.count == limit ? items.last.map { "\($0.fact.number)" } : nil)
    }

    // MARK: - Steps

    private func summaries(_ rows: Rows) async throws -> [AdvisorySummary] {
        let advisories = try rows.map { try Self.advisory($0) }
        let ratings = SeverityRatings(try await ratingRecords(of: advisories))
        return try zip(rows, advisories).map { row, advisory in
            AdvisorySummary(
                source: advisory.source.rawValue,
                id: advisory.id,
                title: advisory.title,
                kind: advisory.kind.rawValue,
                severity: advisory.severity { ratings.severity(of: $0, by: advisory.source) }.rawValue,
                releasedAt: advisory.issued,
                isWithdrawn: advisory.isWithdrawn,
                fixCount: try row.get("fix_count"),
                cves: advisory.cves.map(\.description),
                isKnownExploited: try row.get("is_known_exploited"),
                exploitProbability: try row.get("probability")
            )
        }
    }

    /// The advisory, dated by its release, with those of its fixes that are given.
    static func advisory(_ row: Row, fixes: [FixedPackage] = [], link: String? = nil) throws -> Advisory {
        let name = try row.get("source", as: String.self)
        guard let source = AdvisorySource(rawValue: name) else { throw UnknownSource(name: name) }
        return Advisory(
            id: try row.get("id"),
            source: source,
            title: try row.get("title"),
            classification: try row.get("classification"),
            severityWord: try row.get("severity_word"),
            cves: try row.get("cves", as: [String].self).compactMap { CVE($0) },
            issued: try row.get("released_at"),
            fixes: fixes,
            isWithdrawn: try row.get("is_withdrawn"),
            link: link
        )
    }

    private func view(
        _ advisory: Advisory,
        _ digest: String,
        _ versions: [AdvisoryVersionView]
    ) async throws -> AdvisoryView {
        let ratings = SeverityRatings(try await ratingRecords(of: [advisory]))
        let threats = try await client.threats(of: Set(advisory.cves))
        return AdvisoryView(
            advisory: advisory,
            digest: digest,
            severity: advisory.severity { ratings.severity(of: $0, by: advisory.source) }.rawValue,
            versions: versions,
            knownExploited: advisory.cves.compactMap { threats.knownExploited[$0] },
            exploitProbabilities: advisory.cves.compactMap { threats.probabilities[$0] }
        )
    }

    // MARK: - SQL

    /// A filter that is not asked for stands in no statement: a plan that is made once for all would pass over the indexes.
    private static func selectAdvisories(_ filter: AdvisoryFilter) -> SQL {
        switch (filter.cve, filter.package) {
        case (nil, nil): select
        case (_?, nil): selectByCVE
        case (nil, _?): selectByPackage
        case (_?, _?): selectByBoth
        }
    }

    private static let select = selectAdvisories("advisory_select", cve: false, package: false)
    private static let selectByCVE = selectAdvisories("advisory_select_cve", cve: true, package: false)
    private static let selectByPackage = selectAdvisories("advisory_select_package", cve: false, package: true)
    private static let selectByBoth = selectAdvisories("advisory_select_cve_package", cve: true, package: true)

    private static func selectAdvisories(_ name: String, cve: Bool, package: Bool) -> SQL {
        SQL(
            name,
            """
            SELECT source, id, title, classification, severity_word, released_at, is_withdrawn, fix_count, cves,
                EXISTS (SELECT FROM known_exploited k WHERE k.cve = ANY (a.cves)) AS is_known_exploited,
                (SELECT max((p.body->>'probability')::float8) FROM exploit_probability p WHERE p.cve = ANY (a.cves))
                    AS probability
            FROM advisory a
            WHERE ($1::text IS NULL OR source = $1)
                AND \(cve ? "cves @> $2" : "$2::text[] IS NOT NULL")
                AND \(package ? "packages @> $3" : "$3::text[] IS NOT NULL")
                AND released_at >= coalesce($4::timestamptz, '-infinity')
                AND ($5::timestamptz IS NULL OR (released_at, source, id) < ($5, $6::text, $7::text))
            ORDER BY released_at DESC, source DESC, id DESC
            LIMIT $8
            """
        )
    }

    private static let selectAdvisoryKeys = SQL(
        "advisory_select_keys",
        """
        SELECT source, encode(digest, 'hex')
        FROM advisory
        WHERE id = $1 AND ($2::text IS NULL OR source = $2)
        ORDER BY source
        """
    )

    private static let selectVersions = SQL(
        "advisory_select_versions",
        """
        SELECT encode(digest, 'hex'), imported_at, CASE WHEN encode(digest, 'hex') = $3 THEN body END
        FROM advisory_version
        WHERE source = $1 AND id = $2
        ORDER BY imported_at, digest
        """
    )
}

/// The database was written by a newer server.
private struct UnknownSource: Error, CustomStringConvertible {
    let name: String

    var description: String { "an advisory is of the source \(name), which this version does not know" }
}
