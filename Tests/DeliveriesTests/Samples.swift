import Domain
import Time

enum Sample {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let now = Timestamp(iso8601: "2026-11-26T16:00:00Z") ?? Timestamp(microseconds: 0)
    static let account = "123456789012"

    static func node(_ compliance: NodeCompliance.State = .nonCompliant, site: String = "eu-west-1") -> NodeStanding {
        var node = NodeStanding(name: "wéb-1", site: site, patchGroup: "Ubuntu22-early", compliance: compliance)
        node.baseline = "plat-ubuntu22-baseline"
        node.scannedAt = now - .seconds(60)
        guard compliance == .nonCompliant else { return node }
        (node.missingCount, node.criticalCount, node.worstLevel) = (3, 1, .critical)
        return node
    }

    static func notice(
        _ node: NodeStanding,
        _ kind: NoticeKind = .nodeOpened,
        number: Int = 1,
        at moment: Timestamp = now
    ) -> Notice {
        Notice(number: number, kind: kind, standing: .node(node), at: moment, since: now)
    }

    static var overdue: OverdueFindings {
        OverdueFindings([.init(advisory: "USN-1", package: "openssl", severity: .critical, dueAt: now - .seconds(5))])
    }
}
