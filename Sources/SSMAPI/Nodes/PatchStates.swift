import ControlPlane
import Domain
import ReadModels
import Synchronization
import Time

/// What the patches of a node come to.
struct PatchStateOfNode: Sendable {
    let node: NodeView
    /// Without its patches.
    let summary: NodePatchesView
    /// How many of them count as compliant and as not, by level.
    let compliant: [String: Int]
    let nonCompliant: [String: Int]

    init(_ node: NodeView, _ view: NodePatchesView) {
        self.node = node
        (compliant, nonCompliant) = (Self.levels(view.patches, "COMPLIANT"), Self.levels(view.patches, "NON_COMPLIANT"))
        var summary = view
        summary.patches = []
        self.summary = summary
    }

    private static func levels(_ patches: [PatchView], _ status: String) -> [String: Int] {
        patches.reduce(into: [:]) { if $1.status == status { $0[$1.level, default: 0] += 1 } }
    }

    func count(_ state: PatchState) -> Int { summary.counts[state.rawValue] ?? 0 }
}

/// What the patches of nodes come to, judged once for each of their scans.
final class PatchStates: Sendable {
    /// Judged at a time: each takes a connection.
    private static let atOnce = 4
    /// It bounds the memory.
    private static let most = 20_000

    /// What changes whenever the judgement may.
    private struct Key: Equatable {
        var scannedAt: Timestamp?
        var unknownReason: String?
        var missing: Int
        var updates: Int

        init(_ node: NodeView) {
            scannedAt = node.lastScanAt
            unknownReason = node.unknownReason
            (missing, updates) = (node.missingCount, node.updates)
        }
    }

    private let known = Mutex<[String: (key: Key, state: PatchStateOfNode?)]>([:])

    /// In the order of the nodes, without those of which nothing is known.
    func states(of nodes: [NodeView], _ questions: FleetQuestions) async throws -> [PatchStateOfNode] {
        var found: [String: PatchStateOfNode] = [:]
        var unknown: [NodeView] = []
        known.withLock { known in
            for node in nodes {
                guard let entry = known[node.id], entry.key == Key(node) else {
                    unknown.append(node)
                    continue
                }
                found[node.id] = entry.state
            }
        }
        while !unknown.isEmpty {
            let judged = try await judge(Array(unknown.suffix(Self.atOnce)), questions)
            unknown.removeLast(min(Self.atOnce, unknown.count))
            known.withLock { known in
                if known.count >= Self.most { known.removeAll() }
                for (node, state) in judged { known[node.id] = (Key(node), state) }
            }
            for (node, state) in judged { found[node.id] = state }
        }
        return nodes.compactMap { found[$0.id] }
    }

    private func judge(
        _ nodes: [NodeView],
        _ questions: FleetQuestions
    ) async throws -> [(NodeView, PatchStateOfNode?)] {
        try await withThrowingTaskGroup(of: (NodeView, PatchStateOfNode?).self) { group in
            for node in nodes where node.lastScanAt != nil {
                group.addTask {
                    let view = try await questions.patches(ofNode: node.id)
                    return (node, view.operation == nil ? nil : PatchStateOfNode(node, view))
                }
            }
            return try await group.reduce(into: nodes.filter { $0.lastScanAt == nil }.map { ($0, nil) }) {
                $0.append($1)
            }
        }
    }
}
