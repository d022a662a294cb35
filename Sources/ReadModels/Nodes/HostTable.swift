import AgentProtocol
import Domain
import Postgres
import Time

/// Every node and its compliance as CSV, page by page: the memory is that of a page, however many nodes there are.
///
/// The first seventeen columns are those of SSM's patch summary, in its order and words (AWS-ExportPatchReportToS3); the rest is ours.
package struct HostTable: Sendable {
    private static let header =
        [
            "Index", "Instance ID", "Instance name", "Instance IP", "Platform name", "Platform version",
            "SSM Agent version", "Patch baseline", "Patch group", "Compliance status", "Compliance severity",
        ] + levels.map { "Noncompliant \($0.prefix(1))\($0.dropFirst().lowercased()) severity patch count" } + [
            "Site", "Architecture", "Unknown reason", "Last scan time", "Last heard time", "Pending reboot",
            "Security updates offered",
        ]
    /// SSM's levels, the worst first.
    private static let levels = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"]

    private let questions: FleetQuestions
    private let site: String?
    private let rowsOfPage: Int
    /// Behind which the next page is; nil behind the last.
    private var last: String? = ""
    /// Read while the page before was written.
    private var ahead: Rows?
    private var count = 0

    fileprivate init(_ questions: FleetQuestions, site: String?, rowsOfPage: Int) {
        self.questions = questions
        self.site = site
        self.rowsOfPage = rowsOfPage
    }

    /// The next rows, the header before the first; nil behind the last.
    package mutating func next() async throws -> [UInt8]? {
        let isFirst = last == ""
        // Whoever asked sees the first rows soon: they are few, and none are read beside them.
        let limit = isFirst ? min(rowsOfPage, Self.firstRows) : rowsOfPage
        let present = if let ahead { ahead } else { try await page(after: last, limit) }
        guard let rows = present else { return nil }
        last = rows.count < limit ? nil : try rows.last?.get("id", as: String.self)
        let table = self
        async let following = isFirst ? nil : table.page(after: table.last, rowsOfPage)
        var bytes: [UInt8] = []
        if isFirst { CSV.append(Self.header, to: &bytes) }
        for row in rows {
            count += 1
            CSV.append(try fields(of: row), to: &bytes)
        }
        ahead = try await following
        return bytes
    }

    private static let firstRows = 200

    // MARK: - Steps

    /// nil behind the last page.
    private func page(after last: String?, _ limit: Int) async throws -> Rows? {
        guard let last else { return nil }
        return try await questions.client.query(Self.select(.text(last), .text(site), .int64(Int64(limit))))
    }

    private func fields(of row: Row) throws -> [String] {
        let scannedAt = try row.get("scanned_at", as: Timestamp?.self)
        let reason = try questions.unknownReason(of: row, scannedAt: scannedAt)
        // What proves nothing counts nothing.
        let counts = try reason == nil ? Self.levels.map { try row.get($0.lowercased(), as: Int?.self) ?? 0 } : []
        let severity = zip(Self.levels, counts).first { $1 > 0 }?.0 ?? "UNSPECIFIED"
        let state = try reason == nil ? row.get("state") : NodeCompliance.State.unknown.rawValue
        // The address is nobody's to tell: agents ask for orders, and are never called.
        let host: [String] = [
            "\(count)", try row.get("id"), try row.get("name"), "", try row.get("platform"),
            try row.get("platform_version"),
            try row.get("agent_version"), try row.get("baseline", as: String?.self) ?? "", try row.get("patch_group"),
            state, severity,
        ]
        let known: [String] = [
            try row.get("site"), try row.get("architecture"), reason ?? "", Self.text(scannedAt),
            Self.text(try row.get("heard_at")), try row.get("is_pending_reboot", as: Bool.self) ? "yes" : "no",
            "\(try row.get("security_updates", as: Int?.self) ?? 0)",
        ]
        let texts = counts.isEmpty ? Self.levels.map { _ in "" } : counts.map { "\($0)" }
        return host + texts + known
    }

    private static func text(_ moment: Timestamp?) -> String { moment.map { "\($0)" } ?? "" }

    // MARK: - SQL

    private static let countsOfLevels =
        levels.map { "count(*) FILTER (WHERE m ->> 'level' = '\($0)') AS \($0.lowercased())" }
        .joined(separator: ", ")

    private static let select = SQL(
        "node_select_table",
        """
        SELECT n.id, n.name, n.site, n.patch_group, n.platform, n.platform_version, n.architecture, n.agent_version,
            n.enrolled_at, c.state, c.unknown_reason, c.baseline, c.scanned_at, c.security_updates,
            coalesce(c.reboot_reasons::text, '[]') <> '[]' AS is_pending_reboot, k.heard_at, k.clock_off_seconds, l.*
        FROM (
            SELECT * FROM node
            WHERE id > $1 AND ($2::text IS NULL OR site = $2) AND NOT is_revoked
            ORDER BY id LIMIT $3
        ) n
        LEFT JOIN node_compliance c ON c.node = n.id
        LEFT JOIN node_contact k ON k.node = n.id
        LEFT JOIN LATERAL (
            SELECT \(countsOfLevels) FROM json_array_elements(c.missing) AS m
        ) l ON c.missing::text <> '[]'
        ORDER BY n.id
        """
    )
}

extension FleetQuestions {
    /// The nodes that are not revoked, by id.
    ///
    /// - Parameters:
    ///   - site: nil for those of all sites.
    ///   - rowsOfPage: read at a time, which bounds the memory.
    /// - Throws: ``Problem`` 404 for a site without nodes.
    package func hostTable(ofSite site: String?, rowsOfPage: Int = 2_000) async throws -> HostTable {
        guard let site else {
            try await projector.catchUp()
            return HostTable(self, site: nil, rowsOfPage: rowsOfPage)
        }
        guard let table = try await hosts(ofSite: site, rowsOfPage: rowsOfPage) else {
            let detail = "no node is of the site \(site); `ringmaster node ls` shows the sites of nodes"
            throw Problem(status: 404, code: "site-not-found", detail: detail)
        }
        return table
    }

    /// As ``hostTable(ofSite:rowsOfPage:)``; nil for a site without nodes.
    package func hosts(ofSite site: String, rowsOfPage: Int = 2_000) async throws -> HostTable? {
        try await projector.catchUp()
        let hasNodes = try await client.query(Self.selectHasNodes(.text(site))).one().get(0, as: Bool.self)
        return hasNodes ? HostTable(self, site: site, rowsOfPage: rowsOfPage) : nil
    }

    private static let selectHasNodes = SQL("node_select_site", "SELECT EXISTS (SELECT FROM node WHERE site = $1)")
}
