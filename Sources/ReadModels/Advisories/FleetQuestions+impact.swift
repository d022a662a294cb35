import AgentProtocol
import Domain
import PatchStreams
import Postgres
import Time

extension FleetQuestions {
    /// Advisories that one question may be about; a CVE has some for each release of each vendor.
    private static let impactAdvisories = 2_000
    /// Inventories that are held at once.
    private static let inventoriesAtOnce = 20

    /// The nodes whose last inventory lacks a fix of the vulnerability or the advisory; equal nodes are judged once.
    ///
    /// - Parameters:
    ///   - subject: a CVE or the id of an advisory.
    ///   - source: only by advisories of this source; nil for all.
    ///   - after: the cursor of the page before.
    ///   - limit: of nodes that are judged.
    /// - Throws: ``Problem`` 404 when nothing is known of the subject, 400 for a cursor that was not given by this.
    package func impact(
        of subject: String,
        source: String?,
        after: String?,
        limit: Int
    ) async throws -> ImpactPage {
        let (inventory, node) = try Self.impactCursor(after)
        let index = try await impactIndex(subject, source)
        try await projector.catchUp()
        let rows = try await client.query(Self.selectHosts(.text(inventory), .text(node), .int64(Int64(limit))))
        let hosts = try rows.map { try Host($0) }
        let findings = try await findings(Set(hosts.compactMap(\.inventory)).sorted(), index)
        var page = ImpactPage(items: [], judged: 0, unjudged: 0, next: nil)
        for host in hosts {
            guard let found = host.inventory.flatMap({ findings[$0] }) else {
                page.unjudged += 1
                continue
            }
            page.judged += 1
            page.items += found.map(host.view)
        }
        if hosts.count == limit, let last = hosts.last { page.next = "\(last.inventory ?? "")/\(last.node)" }
        return page
    }

    // MARK: - Steps

    private static func impactCursor(_ text: String?) throws(Problem) -> (inventory: String, node: String) {
        guard let text else { return ("", "") }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw malformedCursor(text) }
        return (String(parts[0]), String(parts[1]))
    }

    /// The current versions of the advisory, or of all that name the CVE, with the records that rate them; none when nothing is known.
    func advisoryVersions(of subject: String, source: String?) async throws -> [AdvisoryVersion] {
        let limit = Parameter.int64(Int64(Self.impactAdvisories))
        let statement =
            if let cve = CVE(subject) {
                Self.selectBodiesByCVE(.texts([cve.description]), .text(source), limit)
            } else {
                Self.selectBodiesByID(.text(subject), .text(source), limit)
            }
        let versions = try await client.query(statement).map { row in
            AdvisoryVersion(try DomainJSON.decode(Advisory.self, from: try row.get(0)), digest: try row.get(1))
        }
        let ratings = try await ratingRecords(of: versions.map(\.advisory))
        return versions + ratings.map { AdvisoryVersion($0, digest: "") }
    }

    func impactIndex(_ subject: String, _ source: String?) async throws -> AdvisoryIndex {
        let versions = try await advisoryVersions(of: subject, source: source)
        guard !versions.isEmpty else {
            let detail =
                "no advisory is known of \(subject.prefix(80)); `ringmaster advisory imports` tells what was imported, and when"
            throw Problem(status: 404, code: "advisory-not-found", detail: detail)
        }
        return AdvisoryIndex(versions)
    }

    /// What each inventory lacks; those that cannot be judged are left out.
    private func findings(_ digests: [String], _ index: AdvisoryIndex) async throws -> [String: [Finding]] {
        var findings: [String: [Finding]] = [:]
        for start in stride(from: 0, to: digests.count, by: Self.inventoriesAtOnce) {
            let part = Array(digests[start..<min(start + Self.inventoriesAtOnce, digests.count)])
            for (digest, text) in try await content.load(part) {
                let inventory = HostInventory(try DomainJSON.decode(Inventory.self, from: text))
                findings[digest] = index.findings(for: PackageSet(inventory))
            }
        }
        return findings
    }

    /// A node and the inventory that it is judged by.
    private struct Host {
        let node: String
        let name: String
        let site: String
        let patchGroup: String
        let inventory: String?
        let scannedAt: Timestamp?

        init(_ row: Row) throws {
            node = try row.get("id")
            name = try row.get("name")
            site = try row.get("site")
            patchGroup = try row.get("patch_group")
            inventory = try row.get("inventory")
            scannedAt = try row.get("scanned_at")
        }

        func view(_ finding: Finding) -> ImpactView {
            ImpactView(
                node: node,
                name: name,
                site: site,
                patchGroup: patchGroup,
                package: finding.package.name,
                architecture: finding.package.architecture,
                installedVersion: finding.package.version,
                fixedVersion: finding.fixedVersion,
                advisory: finding.advisory.id,
                source: finding.advisory.source.rawValue,
                digest: finding.advisory.digest,
                severity: finding.advisory.severity.rawValue,
                scannedAt: scannedAt
            )
        }
    }

    // MARK: - SQL

    private static let selectBodiesByCVE = selectBodies("advisory_bodies_cve", "a.cves @> $1")
    private static let selectBodiesByID = selectBodies("advisory_bodies_id", "a.id = $1")

    private static func selectBodies(_ name: String, _ condition: String) -> SQL {
        SQL(
            name,
            """
            SELECT v.body, encode(a.digest, 'hex')
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
        SELECT n.id, n.name, n.site, n.patch_group, c.inventory, c.scanned_at
        FROM node n
        LEFT JOIN node_compliance c ON c.node = n.id
        WHERE NOT n.is_revoked AND (coalesce(c.inventory, ''), n.id) > ($1, $2)
        ORDER BY coalesce(c.inventory, ''), n.id
        LIMIT $3
        """
    )
}
