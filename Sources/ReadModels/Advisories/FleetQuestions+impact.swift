import AgentProtocol
package import Domain
import PatchStreams
import Postgres
import Time

/// A page of nodes.
package struct JudgedNodes: Sendable {
    /// Sorted so that equal nodes follow each other.
    package let nodes: [JudgedNode]
    /// The cursor of the next page; nil when there is none.
    package let next: String?
}

extension FleetQuestions {
    /// Advisories that one question may be about; a CVE has some for each release of each vendor.
    private static let impactAdvisories = 2_000

    /// The current advisories that name the CVE, or those of the id.
    ///
    /// - Parameters:
    ///   - subject: a CVE or the id of an advisory.
    ///   - source: only advisories of this source; nil for all.
    /// - Throws: ``Problem`` 404 when nothing is known of the subject.
    package func index(on subject: String, source: String?) async throws -> AdvisoryIndex {
        guard let index = try await knownIndex(on: subject, source: source) else {
            let detail =
                "no advisory is known of \(subject.prefix(80)); `ringmaster advisory imports` tells what was imported, and when"
            throw Problem(status: 404, code: "advisory-not-found", detail: detail)
        }
        return index
    }

    /// nil when nothing is known of the subject.
    func knownIndex(on subject: String, source: String?) async throws -> AdvisoryIndex? {
        let limit = Parameter.int64(Int64(Self.impactAdvisories))
        let statement =
            if let cve = CVE(subject) {
                Self.selectBodiesByCVE(.texts([cve.description]), .text(source), limit)
            } else {
                Self.selectBodiesByID(.text(subject), .text(source), limit)
            }
        let known = try await client.query(statement).map { row in
            let advisory = try DomainJSON.decode(Advisory.self, from: try row.get(0))
            return AdvisoryVersion(advisory, digest: try row.get(1), firstImportedAt: try row.get(2))
        }
        guard !known.isEmpty else { return nil }
        let advisories = known.map(\.advisory)
        let ratings = try await ratingRecords(of: advisories).map { AdvisoryVersion($0, digest: "") }
        return AdvisoryIndex(known + ratings, threats: try await threats(of: advisories))
    }

    /// What a page of the nodes lacks by their last inventories; each inventory is judged once.
    ///
    /// - Parameters:
    ///   - after: the cursor of the page before.
    ///   - limit: of nodes.
    ///   - body: is given nodes of the page that are alike, of those that can be judged.
    /// - Throws: ``Problem`` 400 for a cursor that was not given by this.
    package func findings(
        by index: AdvisoryIndex,
        after: String?,
        limit: Int,
        _ body: (LikeNodes) -> Void
    ) async throws -> JudgedNodes {
        let (inventory, node) = try Self.impactCursor(after)
        try await projector.catchUp()
        let page = Self.selectHosts(.text(inventory), .text(node), .int64(Int64(limit)))
        let nodes = try await client.query(page).map { try JudgedNode($0) }
        _ = try await judge(nodes, { _ in index }, body)
        let next = nodes.count == limit ? nodes.last?.cursor : nil
        return JudgedNodes(nodes: nodes, next: next)
    }

    // MARK: - Steps

    private static func impactCursor(_ text: String?) throws(Problem) -> (inventory: String, node: String) {
        guard let text else { return ("", "") }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw malformedCursor(text) }
        return (String(parts[0]), String(parts[1]))
    }

    // MARK: - SQL

    private static let selectBodiesByCVE = selectBodies("advisory_bodies_cve", "a.cves @> $1")
    private static let selectBodiesByID = selectBodies("advisory_bodies_id", "a.id = $1")

    private static func selectBodies(_ name: String, _ condition: String) -> SQL {
        SQL(
            name,
            """
            SELECT v.body, encode(a.digest, 'hex'),
                (SELECT min(f.imported_at) FROM advisory_version f WHERE f.source = a.source AND f.id = a.id)
            FROM advisory a
            JOIN advisory_version v ON v.source = a.source AND v.id = a.id AND v.digest = a.digest
            WHERE \(condition) AND ($2::text IS NULL OR a.source = $2)
            ORDER BY a.source, a.id
            LIMIT $3
            """
        )
    }

    /// Equal nodes follow each other, so that a page holds few different inventories.
    static let selectHosts = SQL(
        "impact_select_hosts",
        """
        SELECT id, name, site, patch_group, inventory, scanned_at
        FROM node
        WHERE NOT is_revoked AND (inventory, id) > ($1, $2)
        ORDER BY inventory, id
        LIMIT $3
        """
    )
}
