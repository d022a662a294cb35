import Domain
package import Time

/// The compliance of hosts as CSV (RFC 4180): one row each, sorted by node.
package struct ComplianceReport: Sendable {
    private static let header = [
        "managed_node_id", "name", "patch_group", "baseline", "compliance_state", "unknown_reason",
        "critical_missing_patches", "missing_patches", "timestamp",
    ]

    private let moment: Timestamp
    package private(set) var csv: String

    /// - Parameter moment: the row's timestamp for a host that was never scanned; others carry the time of their proof.
    package init(at moment: Timestamp) {
        self.moment = moment
        csv = ""
        append(Self.header)
    }

    /// Adds a row for each node; they come sorted by id, a page at a time.
    package mutating func append(_ nodes: [NodeView]) {
        for node in nodes {
            append([
                node.id, node.name, node.patchGroup, node.baseline ?? "", node.compliance, node.unknownReason ?? "",
                "\(node.criticalMissing)", "\(node.missingCount)", "\(node.lastScanAt ?? moment)",
            ])
        }
    }

    private mutating func append(_ fields: [String]) { csv += CSV.row(fields) }
}
