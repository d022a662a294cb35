import ControlPlane
import Domain
import Hummingbird
import NIOCore
import ReadModels

/// The fleet as pages and as CSV.
struct FleetRoutes: Sendable {
    /// Rows of one question while a CSV is written: they bound the memory.
    private static let rowsAtOnce = 1_000

    let desk: Desk
    let fleet: FleetBoard

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("fleet") { request, context in
            try await desk.visit(request, context) { visit in
                let filter = FleetFilter(visit)
                let tally = try await fleet.tally(at: visit.now, context.logger)
                let (counts, nodes) = try await select(filter, after: visit["after"], tally)
                let page = FleetPage(filter, fleet: tally, counts: counts, nodes: nodes, for: visit)
                return try desk.page(page, "fleet")
            }
        }
        group.get("fleet.csv") { request, context in
            try await desk.visit(request, context) { visit in
                let filter = FleetFilter(visit)
                // What cannot be asked fails before anything is sent.
                let first = try await rows(filter, after: nil)
                return .csv(.init { writer in try await write(&writer, filter, first) }, named: "fleet.csv")
            }
        }
    }

    // MARK: - Steps

    private func select(_ filter: FleetFilter, after: String?, _ tally: FleetTally) async throws -> (
        [FleetCount], [NodeView]
    ) {
        let questions = desk.services.questions
        guard let known = tally.counts(filter) else {
            // Each looks at every node.
            async let counts = questions.counts(filter)
            async let nodes = questions.nodes(filter, after: after, limit: FleetPage.count)
            return try await (counts, nodes)
        }
        // Nobody would be found, and all be looked at.
        guard !known.isEmpty else { return ([], []) }
        return (known, try await questions.nodes(filter, after: after, limit: FleetPage.count))
    }

    private func rows(_ filter: FleetFilter, after: String?) async throws -> [NodeView] {
        try await desk.services.questions.nodes(filter, after: after, limit: Self.rowsAtOnce)
    }

    /// All nodes of the filter in the order of the page, a page of the database at a time.
    @concurrent
    private func write(
        _ writer: inout any ResponseBodyWriter,
        _ filter: FleetFilter,
        _ first: [NodeView]
    ) async throws {
        var (nodes, isFirst) = (first, true)
        while isFirst || !nodes.isEmpty {
            let table = (isFirst ? [FleetColumns.header] : []) + nodes.map(FleetColumns.row)
            try await writer.write(ByteBuffer(string: table.map { CSV.row($0) }.joined()))
            isFirst = false
            guard nodes.count == Self.rowsAtOnce else { break }
            nodes = try await rows(filter, after: nodes.last?.id)
        }
        try await writer.finish(nil)
    }
}

/// What the fleet's page shows of a node, as columns.
enum FleetColumns {
    static let header = [
        "managed_node_id", "name", "site", "patch_group", "platform", "compliance_state", "unknown_reason",
        "missing_patches", "critical_missing_patches", "last_scan", "last_heard", "notes", "agent",
    ]

    static func row(_ node: NodeView) -> [String] {
        [
            node.id, node.name, node.site, node.patchGroup, "\(node.platform) \(node.platformVersion)", node.compliance,
            node.unknownReason ?? "", "\(node.missingCount)", "\(node.criticalMissing)",
            node.lastScanAt.map { "\($0)" } ?? "", node.lastHeardAt.map { "\($0)" } ?? "",
            NodeLine.notes(node).joined(separator: ", "), node.agent,
        ]
    }
}
