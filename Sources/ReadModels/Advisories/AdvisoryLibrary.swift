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
        /// Why it has not all that is current; nil when it has.
        var gap: Problem?

        /// Of those that were asked for, what is spoken of: names that hosts make up are forgotten.
        func wanted(with releases: Set<SystemRelease>) -> Set<SystemRelease> {
            releases.union(self.releases.intersection(spokenOf))
        }

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

    /// As ``index(of:)``, and nothing is left out.
    ///
    /// - Throws: ``Problem`` 409 when there are more than can be held, or some that this version cannot read.
    package func wholeIndex(of releases: Set<SystemRelease>) async throws -> AdvisoryIndex {
        let index = try await index(of: releases)
        if let gap = edition.gap { throw gap }
        return index
    }

    /// The releases that any advisory speaks of.
    package func releases() async throws -> Set<SystemRelease> {
        _ = try await index(of: [])
        return edition.spokenOf
    }

    /// The current versions of all advisories that speak of the releases and were not taken back; perhaps of others, too.
    ///
    /// What is too much, or was written by a newer version, is left out: nothing that people import may bring the read models to a halt.
    package func index(of releases: Set<SystemRelease>) async throws -> AdvisoryIndex {
        let number = try await lastImport()
        while !edition.serves(releases, after: number) {
            try await turn.take {
                edition = try await load(edition.wanted(with: releases), after: max(number, edition.number))
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
                last = (try row.get(3), try row.get(4))
                let advisory: Advisory
                do {
                    advisory = try DomainJSON.decode(Advisory.self, from: try row.get(0))
                } catch {
                    edition.gap = Self.unreadable(last.id, error)
                    continue
                }
                edition.spokenOf.formUnion(advisory.releases)
                let part = advisory.narrowed(to: releases)
                // Those without a fix may rate the vulnerabilities of others.
                guard !part.fixes.isEmpty || !part.severityWord.isEmpty else { continue }
                page.append(AdvisoryVersion(part, digest: try row.get(1), firstImportedAt: try row.get(2)))
            }
            guard versions.count + page.count <= Self.mostAdvisories else {
                edition.gap = Self.tooMany
                break
            }
            versions += page
            threats.add(try await client.threats(of: Set(page.flatMap(\.advisory.cves))))
            guard rows.count == Self.advisoriesAtOnce else { break }
        }
        edition.index = AdvisoryIndex(versions, threats: threats)
        return edition
    }

    private static func unreadable(_ id: String, _ error: any Error) -> Problem {
        let detail =
            "the advisory \(id) cannot be read by this version (\(error)); run the newest one, or import its feed again"
        return Problem(status: 409, code: "advisory-unreadable", detail: detail)
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
            (SELECT min(f.imported_at) FROM advisory_version f WHERE f.source = a.source AND f.id = a.id),
            a.source, a.id
        FROM advisory a
        JOIN advisory_version v ON v.source = a.source AND v.id = a.id AND v.digest = a.digest
        WHERE NOT a.is_withdrawn AND (a.source, a.id) > ($1, $2)
        ORDER BY a.source, a.id
        LIMIT $3
        """
    )
}
