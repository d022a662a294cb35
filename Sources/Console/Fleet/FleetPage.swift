import ReadModels
import Time

/// The nodes that a filter is for; the filter is the address, so that a link is a saved view.
struct FleetPage: Sendable {
    struct Choice: Sendable {
        var value: String
        var title: String
        var isChosen: Bool
    }

    /// A view that people come back to.
    struct SavedView: Sendable {
        var title: String
        var address: String
        var isCurrent: Bool
    }

    /// A site or patch group with how it stands.
    struct Group: Sendable {
        var name: String
        var address: String
        var nodes: String
        var compliant: String
        var bar: String
    }

    var frame: Frame
    var text: String
    var sites: [Choice]
    var patchGroups: [Choice]
    var platforms: [Choice]
    var compliances: [Choice]
    var concerns: [Choice]
    var views: [SavedView]
    var bar: String
    var sentence: String
    /// When the fleet was counted, where that may be a while ago.
    var counted: String?
    var groups: [Group]
    var hasGroups: Bool
    var nodes: [NodeLine]
    var hasNodes: Bool
    var shown: String
    var csvAddress: String
    /// nil on the last page.
    var next: String?

    static let count = 100
    static let mostGroups = 60
}

/// A node of a list.
struct NodeLine: Sendable {
    var id: String
    var name: String
    var address: String
    var site: String
    var patchGroup: String
    var platform: String
    var agent: String
    var badge: StateBadge
    var reason: String?
    var missing: String
    var critical: String
    var hasCritical: Bool
    var scanned: String
    var heard: String
    var notes: String

    init(_ node: NodeView, at now: Timestamp) {
        id = node.id
        name = node.name
        address = WebAddress("nodes", node.id).text
        site = node.site
        patchGroup = node.patchGroup
        platform = "\(node.platform) \(node.platformVersion)"
        agent = node.agent
        badge = StateBadge(node.compliance)
        reason = node.unknownReason
        missing = Figures.grouped(node.missingCount)
        critical = Figures.grouped(node.criticalMissing)
        hasCritical = node.criticalMissing > 0
        scanned = node.lastScanAt.map { TimeText.distance($0, from: now) } ?? "never"
        heard = node.lastHeardAt.map { TimeText.distance($0, from: now) } ?? "never"
        notes = Self.notes(node).joined(separator: ", ")
    }

    static func notes(_ node: NodeView) -> [String] {
        var notes: [String] = []
        if !node.rebootReasons.isEmpty { notes.append("waits for a reboot") }
        if node.isPending { notes.append("waits to be approved") }
        if node.isCloned { notes.append("cloned") }
        if node.isRevoked { notes.append("revoked") }
        if let seconds = node.clockOffSeconds { notes.append("its clock is \(seconds) s off") }
        return notes
    }
}
