import Domain
import FoundationEssentials
import Time

/// What a webhook is sent, as JSON; docs/webhooks.md describes it.
struct WebhookBody: Encodable {
    private static let keyPrefix = "ringmaster"

    /// Such as `node.opened`.
    let type: NoticeKind
    let timestamp: Timestamp
    /// The same for all notices of one node or cycle: what a ticket is found by.
    let key: String
    /// The whole in a sentence.
    let text: String
    /// When what is open was first told.
    let since: Timestamp
    let node: Node?
    let cycle: Cycle?

    struct Node: Encodable {
        let id, name, site, patchGroup: String
        /// COMPLIANT or NON_COMPLIANT, by the last proof.
        let compliance: String
        let baseline: String?
        let missing, criticalMissing: Int
        let worstLevel: ComplianceLevel?
        let rebootPending: Bool
        let scannedAt: Timestamp?
        let revoked: Bool
        let overdue: OverdueFindings
    }

    struct Cycle: Encodable {
        let id, workflow: String
        let state: CycleState
        let stage: String?
        /// What a person is to decide.
        let need: String?
        let endedAt: Timestamp?
    }

    init(_ subject: String, _ notice: Notice) {
        let id = Notice.name(of: subject)
        type = notice.kind
        timestamp = notice.at
        since = notice.since
        key = "\(Self.keyPrefix)/\(subject)"
        text = notice.text(of: id)
        switch notice.standing {
        case .node(let standing): (node, cycle) = (Node(id, standing), nil)
        case .cycle(let standing): (node, cycle) = (nil, Cycle(id, standing))
        }
    }

    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            if let key = Timestamp.asText { encoder.userInfo[key] = true }
            return Array(try encoder.encode(self))
        }
    }
}

extension WebhookBody.Node {
    fileprivate init(_ id: String, _ standing: NodeStanding) {
        self.init(
            id: id,
            name: standing.name,
            site: standing.site,
            patchGroup: standing.patchGroup,
            compliance: standing.compliance.rawValue,
            baseline: standing.baseline,
            missing: standing.missingCount,
            criticalMissing: standing.criticalCount,
            worstLevel: standing.worstLevel,
            rebootPending: standing.isPendingReboot,
            scannedAt: standing.scannedAt,
            revoked: standing.isGone,
            overdue: standing.overdue
        )
    }
}

extension WebhookBody.Cycle {
    fileprivate init(_ id: String, _ standing: CycleStanding) {
        self.init(
            id: id,
            workflow: standing.workflow,
            state: standing.state,
            stage: standing.stage,
            need: standing.need?.text,
            endedAt: standing.endedAt
        )
    }
}
