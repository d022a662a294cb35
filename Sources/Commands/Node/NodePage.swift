package import ReadModels
import Time

/// One node as `node show` shows it.
package struct NodePage: Sendable {
    private let node: NodeView

    package init(_ node: NodeView) { self.node = node }

    package func lines(_ style: OutputStyle) -> [String] {
        var fields = FieldList()
        fields.append("node", node.id, tone: .heading)
        fields.append("name", node.name)
        fields.append("site", node.site)
        fields.append("patch group", node.patchGroup)
        fields.append("platform", "\(node.platform) \(node.platformVersion)")
        fields.append("agent", node.agentVersion)
        fields.append("enrolled", node.enrolledAt.toTheSecond)
        fields.append("revoked", node.isRevoked ? "yes: it gets no orders" : nil, tone: .bad)
        if !node.isRevoked {
            let clone = "CLONED? Two machines act as this node, and neither gets orders: revoke it, and enrol both anew"
            fields.append("clash", node.isCloned ? clone : nil, tone: .bad)
            let pending = "yes: it is only scanned until `ringmaster node approve \(node.id)`"
            fields.append("pending", node.isPending ? pending : nil, tone: .warning)
        }
        fields.append("instance", node.instance.map { "\($0) (claimed)" })
        fields.append("baseline", node.baseline ?? "none")
        fields.append("last scan", node.lastScanAt?.toTheSecond ?? "never")
        fields.append("last heard", node.lastHeardAt?.toTheSecond)
        fields.append("clock", node.clockOffSeconds.map(Self.clock), tone: .bad)
        fields.append("updates", "\(node.updates) offered, \(node.securityUpdates) of them security")
        fields.append("compliance", node.compliance, tone: .ofState(node.compliance))
        fields.append("why", why)
        for reason in node.rebootReasons { fields.append("reboot", reason, tone: .warning) }
        if let reboot = node.lastReboot { RebootFields(reboot: reboot).append(to: &fields) }
        for repair in node.repairs ?? [] {
            let (word, tone) = repair.isRepaired ? ("repaired", Tone.good) : ("not repaired", Tone.bad)
            fields.append(word, "\(repair.check) at \(repair.at.toTheSecond): \(repair.detail)", tone: tone)
        }
        return fields.lines(style) + missing(style)
    }

    /// One sentence that says what the compliance state rests on.
    package var why: String {
        if let reason = node.unknownReason { return Self.whyUnknown(reason, scannedAt: node.lastScanAt) }
        let moment = node.lastScanAt.toTheSecond
        let baseline = node.baseline ?? "its baseline"
        switch node.compliance {
        case "COMPLIANT":
            return "The scan of \(moment) found every patch that \(baseline) approves."
        case "NON_COMPLIANT" where node.missingCount == 0 && !node.rebootReasons.isEmpty:
            return
                "The scan of \(moment) found every patch that \(baseline) approves, but not all in effect before a reboot."
        default:
            let critical = node.criticalMissing > 0 ? " (\(node.criticalMissing) critical)" : ""
            let patches = node.missingCount == 1 ? "1 patch" : "\(node.missingCount) patches"
            return "The scan of \(moment) missed \(patches)\(critical) that \(baseline) approves."
        }
    }

    /// One sentence that says why nothing is proved.
    static func whyUnknown(_ reason: String, scannedAt: Timestamp?) -> String {
        let moment = scannedAt.toTheSecond
        return switch reason {
        case "never-scanned": "No scan has proved anything about it yet."
        case "stale-scan": "The scan of \(moment) is no proof any more: it is older than two days."
        case "no-indexes": "The scan of \(moment) is no proof: its package manager had no repository index."
        case "stale-index":
            "The scan of \(moment) is no proof: the index of an archive was out of date. `apt-get update` there tells why."
        case "no-baseline": "No baseline says what it should have."
        case "unscanned-run": "Its last run ended without a scan, so that nobody knows what has changed on it."
        case "clock":
            "Its clock is more than five minutes off, so that nothing it sends is taken: set the host's clock."
        case "agent-silent":
            "Its agent was not heard for more than a day: see whether the host runs and reaches the server."
        default: reason
        }
    }

    private static func clock(_ secondsOff: Int) -> String {
        "\(secondsOff.magnitude) seconds \(secondsOff > 0 ? "ahead of" : "behind") the server's: its requests are refused"
    }

    private func missing(_ style: OutputStyle) -> [String] {
        guard let missing = node.missing, !missing.isEmpty else { return [] }
        var table = Table([
            .init("MISSING PATCH", importance: 4),
            .init("INSTALLED", importance: 1),
            .init("APPROVED", importance: 3),
            .init("LEVEL", importance: 2),
        ])
        for patch in missing {
            table.append([
                .init(patch.name),
                .init(patch.installedVersion),
                .init(patch.version),
                .init(patch.level, tone: patch.level == "CRITICAL" ? .bad : .plain),
            ])
        }
        return [""] + table.lines(style)
    }
}
