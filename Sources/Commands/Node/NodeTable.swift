package import ReadModels

/// The nodes as `node ls` lists them.
package struct NodeTable: Tabular {
    private let nodes: [NodeView]

    package init(_ nodes: [NodeView]) {
        self.nodes = nodes.sorted { Self.order($0) < Self.order($1) }
    }

    package var emptyText: String {
        "No node is enrolled; `ringmaster activation create --help` says how one comes in."
    }

    package var table: Table {
        var table = Table([
            .init("NODE", importance: 9, isWhole: true),
            .init("NAME", importance: 8),
            .init("SITE", importance: 4),
            .init("PATCH GROUP", importance: 5),
            .init("PLATFORM", importance: 1),
            .init("AGENT", importance: 1),
            .init("COMPLIANCE", importance: 7, isWhole: true),
            .init("WHY UNKNOWN", importance: 3),
            .init("MISSING", importance: 6, alignment: .right),
            .init("CRITICAL", importance: 3, alignment: .right),
            .init("LAST SCAN", importance: 2),
        ])
        for node in nodes {
            table.append([
                .init(node.id),
                .init(node.name + Self.mark(node)),
                .init(node.site),
                .init(node.patchGroup),
                .init("\(node.platform) \(node.platformVersion)"),
                .init(node.agent),
                .state(node.compliance),
                .init(node.unknownReason ?? ""),
                "\(node.missingCount)",
                .init("\(node.criticalMissing)", tone: node.criticalMissing > 0 ? .bad : .plain),
                .init(node.lastScanAt.toTheSecond),
            ])
        }
        return table
    }

    private static func mark(_ node: NodeView) -> String {
        if node.isRevoked { return " (revoked)" }
        if node.isCloned { return " (CLONED?)" }
        return node.isPending ? " (pending)" : ""
    }

    /// What needs a person comes first.
    private static func order(_ node: NodeView) -> (Int, String, String, String) {
        if !node.isRevoked, node.isCloned || node.isPending {
            return (-1, node.patchGroup, node.site, node.name)
        }
        let rank = ["UNKNOWN": 0, "NON_COMPLIANT": 1, "COMPLIANT": 3][node.compliance] ?? 2
        return (rank, node.patchGroup, node.site, node.name)
    }
}
