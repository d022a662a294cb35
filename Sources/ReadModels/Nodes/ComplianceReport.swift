package import Time

/// The compliance of hosts as CSV (RFC 4180): one row each, sorted by node.
package struct ComplianceReport: Sendable {
    private static let header = [
        "managed_node_id", "name", "patch_group", "baseline", "compliance_state", "unknown_reason",
        "critical_missing_patches", "missing_patches", "timestamp",
    ]

    private let nodes: [NodeView]
    private let moment: Timestamp

    /// - Parameter moment: the row's timestamp for a host that was never scanned; others carry the time of their proof.
    package init(nodes: [NodeView], at moment: Timestamp) {
        self.nodes = nodes.sorted { $0.id < $1.id }
        self.moment = moment
    }

    package var csv: String {
        let rows = nodes.map { node in
            [
                node.id, node.name, node.patchGroup, node.baseline ?? "", node.compliance, node.unknownReason ?? "",
                "\(node.criticalMissing)", "\(node.missingCount)", "\(node.lastScanAt ?? moment)",
            ]
        }
        return ([Self.header] + rows).map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// Quotes what needs it.
    ///
    /// A text that a spreadsheet would take for a formula is led by an apostrophe: names come from hosts.
    private static func field(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        // By bytes: to Swift, a carriage return and a line feed are one character.
        guard safe.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
