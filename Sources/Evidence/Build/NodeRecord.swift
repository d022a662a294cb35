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

    /// The columns of `population.csv` that follow from its events.
    var columns: [String] { [id] + (enrolment?.columns ?? []) + ["\(enrolledAt)"] + node.columns }
}

extension NodeEnrolment {
    /// The columns of `population.csv` from `name` to `account`.
    var columns: [String] {
        [
            facts.hostname, site, patchGroup, facts.platform, facts.platformVersion, facts.architecture,
            facts.agentVersion, facts.instance?.id ?? "", facts.instance?.account ?? "",
        ]
    }
}

extension Node {
    /// The columns `revoked_at` and `state` of `population.csv`.
    var columns: [String] { [FindingScribe.text(revocation?.at), stateName] }

    private var stateName: String {
        if revocation != nil { return "revoked" }
        if clash != nil { return "cloned" }
        return isPending ? "pending" : "active"
    }
}

/// Reads the nodes, and writes their reboots and what people decided on them.
struct NodeScribe {
    let log: LogPart
    let request: EvidenceRequest
    let folder: BundleFolder

    /// Those of the period, by id.
    ///
    /// - Parameter names: of all nodes that the log knows.
    func write(_ names: Set<String>) async throws -> [NodeRecord] {
        var records: [NodeRecord] = []
        for name in names.sorted() {
            if let record = try await write(name) { records.append(record) }
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
                try folder.write(
                    reboot.row(site: enrolment.site, patchGroup: enrolment.patchGroup, stored),
                    to: .reboots
                )
            }
            if let decision = Decision(event) {
                try folder.write(decision.row(on: "node/\(id)", stored), to: .approvals)
            }
        }
        guard let site = node.enrolment?.site, request.holds(site: site) else { return nil }
        return NodeRecord(id, node, firstEnrolledAt: firstEnrolledAt, in: request.span)
    }
}

extension NodeReboot {
    /// A row of `reboots.csv`.
    func row(site: String, patchGroup: String, _ stored: StoredEvent) -> [String] {
        [
            "\(stored.at)", stored.stream.name, site, patchGroup, order ?? "", outcome.rawValue, before.bootID,
            after?.bootID ?? "", before.kernel, after?.kernel ?? "", expectedKernel ?? "",
            reasons.joined(separator: "; "), missing.joined(separator: "; "), "\(stored.shard)", "\(stored.position)",
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
