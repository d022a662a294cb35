import AgentProtocol
package import Domain
import PatchStreams
package import Postgres
import Time

/// The current advisories on the releases that were asked for, ready to be asked what a host lacks; loaded anew after an import.
package actor AdvisoryLibrary {
    private let client: PostgresClient
    private let turn = Turn()
    private var edition = Edition()

    /// Advisories that are held at once: it bounds the memory.
    private static let mostAdvisories = 500_000
    private static let advisoriesAtOnce = 2_000

    /// What is held.
    private struct Edition {
        /// The import that it was loaded after.
        var number: Int64 = 0
        /// Those whose fixes it has.
        var releases: Set<SystemRelease> = []
        /// Those that any advisory speaks of: of others there is nothing to load.
        var spokenOf: Set<SystemRelease> = []
        var index = AdvisoryIndex([])

        func serves(_ wanted: Set<SystemRelease>, after number: Int64) -> Bool {
            self.number >= number && wanted.intersection(spokenOf).isSubset(of: releases)
        }
    }

    package init(client: PostgresClient) { self.client = client }

    /// The number of the last import that brought anything; 0 before the first.
    ///
    /// What was judged by advisories holds while this is the same.
    package func lastImport() async throws -> Int64 {
        try await client.query(Self.selectLastImport()).one().get(0)
    }

    /// The current versions of all advisories that speak of the releases and were not taken back; perhaps of others, too.
    ///
    /// - Throws: ``Problem`` 409 when there are more than can be held.
    package func index(of releases: Set<SystemRelease>) async throws -> AdvisoryIndex {
        let number = try await lastImport()
        while !edition.serves(releases, after: number) {
            try await turn.take {
                edition = try await load(releases.union(edition.releases), after: number)
            }
        }
        return edition.index
    }

    // MARK: - Steps

    private func load(_ releases: Set<SystemRelease>, after number: Int64) async throws -> Edition {
        var edition = Edition(number: number, releases: releases)
        var versions: [AdvisoryVersion] = []
        var threats = Threats()
        var last = (source: "", id: "")
        while true {
            let rows = try await client.query(
                Self.selectCurrent(.text(last.source), .text(last.id), .int64(Int64(Self.advisoriesAtOnce)))
            )
            var page: [AdvisoryVersion] = []
            for row in rows {
                let advisory = try DomainJSON.decode(Advisory.self, from: try row.get(0))
                last = (advisory.source.rawValue, advisory.id)
                edition.spokenOf.formUnion(advisory.releases)
                let part = advisory.narrowed(to: releases)
                // Those without a fix may rate the vulnerabilities of others.
                guard !part.fixes.isEmpty || !part.severityWord.isEmpty else { continue }
                page.append(AdvisoryVersion(part, digest: try row.get(1), firstImportedAt: try row.get(2)))
            }
            versions += page
            guard versions.count <= Self.mostAdvisories else { throw Self.tooMany }
            threats.add(try await client.threats(of: Set(page.flatMap(\.advisory.cves))))
            guard rows.count == Self.advisoriesAtOnce else { break }
        }
        edition.index = AdvisoryIndex(versions, threats: threats)
        return edition
    }

    private static var tooMany: Problem {
        let detail = "more than \(mostAdvisories) advisories are known, which is more than can be judged by at once"
        return Problem(status: 409, code: "too-many-advisories", detail: detail)
    }

    // MARK: - SQL

    private static let selectLastImport = SQL(
        "advisory_import_select_number",
        "SELECT coalesce(max(number), 0) FROM advisory_import"
    )

    private static let selectCurrent = SQL(
        "advisory_select_current",
        """
        SELECT v.body, encode(a.digest, 'hex'),
            (SELECT min(f.imported_at) FROM advisory_version f WHERE f.source = a.source AND f.id = a.id)
        FROM advisory a
        JOIN advisory_version v ON v.source = a.source AND v.id = a.id AND v.digest = a.digest
        WHERE NOT a.is_withdrawn AND (a.source, a.id) > ($1, $2)
        ORDER BY a.source, a.id
        LIMIT $3
        """
    )
}
