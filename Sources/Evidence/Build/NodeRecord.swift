import Domain
import DurableStreams
import PatchStreams
import Time

/// A node as it was at the period's end.
struct NodeRecord {
    var id: String
    var node: Node
    var enrolledAt: Timestamp
    /// When it was under management in the period.
    var scope: Range<Timestamp>

    var enrolment: NodeEnrolment? { node.enrolment }
    var place: NodePlace {
        NodePlace(node: id, patchGroup: enrolment?.patchGroup ?? "", site: enrolment?.site ?? "")
    }

    /// nil for one that was not under management in the period.
    init?(_ id: String, _ node: Node, firstEnrolledAt: Timestamp?, in span: Range<Timestamp>) {
        guard node.enrolment != nil, let firstEnrolledAt else { return nil }
        let begin = max(firstEnrolledAt, span.lowerBound)
        let end = min(node.revocation?.at ?? span.upperBound, span.upperBound)
        guard begin < end else { return nil }
        (self.id, self.node, enrolledAt, scope) = (id, node, firstEnrolledAt, begin..<end)
    }

    var state: String {
        if node.revocation != nil { return "revoked" }
        if node.clash != nil { return "cloned" }
        return node.isPending ? "pending" : "active"
    }
}

/// Reads the nodes, and writes their reboots and what people decided on them.
struct NodeScribe {
    let log: LogPart
    let request: EvidenceRequest
    let folder: BundleFolder

    /// Those of the period, by id.
    func write() async throws -> [NodeRecord] {
        var records: [NodeRecord] = []
        for stream in try await StreamReader(store: log.store).streams(ofKind: Node.streamKind) {
            if let record = try await write(stream.name) { records.append(record) }
        }
        return records
    }

    private func write(_ id: String) async throws -> NodeRecord? {
        var (node, firstEnrolledAt) = (Node(), Timestamp?.none)
        try await log.forEachEvent(of: id, Node.self) { event, stored in
            node.evolve(event)
            if case .enrolled(_, let at) = event { firstEnrolledAt = firstEnrolledAt ?? at }
            guard log.isInside(stored), let enrolment = node.enrolment, request.holds(site: enrolment.site) else {
                return
            }
            if case .rebooted(let reboot, _) = event {
                try folder.write(Self.row(reboot, of: enrolment, stored), to: .reboots)
            }
            if let decision = Decision(event) {
                try folder.write(decision.row(on: "node/\(id)", stored), to: .approvals)
            }
        }
        guard let site = node.enrolment?.site, request.holds(site: site) else { return nil }
        return NodeRecord(id, node, firstEnrolledAt: firstEnrolledAt, in: request.span)
    }

    private static func row(_ reboot: NodeReboot, of enrolment: NodeEnrolment, _ stored: StoredEvent) -> [String] {
        [
            "\(stored.at)", stored.stream.name, enrolment.site, enrolment.patchGroup, reboot.order ?? "",
            reboot.outcome.rawValue, reboot.before.bootID, reboot.after?.bootID ?? "", reboot.before.kernel,
            reboot.after?.kernel ?? "", reboot.expectedKernel ?? "", reboot.reasons.joined(separator: "; "),
            reboot.missing.joined(separator: "; "), "\(stored.shard)", "\(stored.position)",
        ]
    }
}

extension Decision {
    /// - Parameter subject: the stream that it was made on.
    func row(on subject: String, _ stored: StoredEvent) -> [String] {
        [
            "\(stored.at)", decision, by, subject, stage, planDigest, reason, detail, "\(stored.shard)",
            "\(stored.position)",
        ]
    }
}
