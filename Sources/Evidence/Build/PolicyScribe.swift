import Domain
import DurableStreams
import PatchStreams
import Time

/// Writes the policies that were in force in the period, with their waivers and who applied them.
struct PolicyScribe {
    /// One that was applied, with its place in the log.
    private struct Applied {
        var policy: Policy
        var digest: String
        var by: String
        var at: Timestamp
        var stored: StoredEvent
    }

    let log: LogPart
    let request: EvidenceRequest
    let folder: BundleFolder

    /// - Returns: their digests in turn, and the last of them.
    func write() async throws -> (digests: [String], last: Policy?) {
        var inForce: [Applied] = []
        try await log.forEachEvent(of: PolicyBook.streamName, PolicyBook.self) { event, stored in
            if case .applied(let policy, let digest, let by, let at) = event {
                // The one before it was in force at the period's begin, or was not in force in it at all.
                if !log.isInside(stored) { inForce.removeAll() }
                inForce.append(Applied(policy: policy, digest: digest, by: by, at: at, stored: stored))
            }
            if log.isInside(stored), let decision = Decision(event) {
                try folder.write(decision.row(on: "policy/\(stored.stream.name)", stored), to: .approvals)
            }
        }
        try write(inForce)
        return (inForce.map(\.digest), inForce.last?.policy)
    }

    // MARK: - Steps

    private func write(_ inForce: [Applied]) throws {
        var files: Set<String> = []
        for (index, applied) in inForce.enumerated() {
            let until = index + 1 < inForce.count ? "\(inForce[index + 1].at)" : ""
            let place = ["\(applied.stored.shard)", "\(applied.stored.position)"]
            try folder.write([applied.digest, applied.by, "\(applied.at)", until] + place, to: .policies)
            if files.insert(applied.digest).inserted {
                let text = try DomainJSON.encode(applied.policy)
                try folder.add("\(BundleNames.policies)/\(applied.digest).json", text.utf8)
            }
        }
        for row in Self.waivers(of: inForce.map { ($0.policy, $0.digest) }) { try folder.write(row, to: .waivers) }
    }

    /// The rows of `waivers.csv`: each waiver as the last of the policies has it.
    static func waivers(of policies: [(policy: Policy, digest: String)]) -> [[String]] {
        var waivers: [String: (waiver: Waiver, digest: String)] = [:]
        for (policy, digest) in policies {
            for waiver in policy.waivers { waivers[waiver.id] = (waiver, digest) }
        }
        return waivers.sorted { $0.key < $1.key }.map { row($0.value.waiver, $0.value.digest) }
    }

    private static func row(_ waiver: Waiver, _ digest: String) -> [String] {
        [
            waiver.id, waiver.subject.text, waiver.scope.text, waiver.reason, waiver.compensatingControl, waiver.owner,
            waiver.requestedBy, "\(waiver.requestedAt)", waiver.approval?.by ?? "",
            waiver.approval.map { "\($0.at)" } ?? "", "\(waiver.expiresAt)", digest,
        ]
    }
}

extension Waiver.Subject {
    fileprivate var text: String {
        switch self {
        case .advisory(let id): "advisory \(id)"
        case .cve(let cve): "\(cve)"
        case .package(let name): "package \(name)"
        }
    }
}

extension Waiver.Scope {
    fileprivate var text: String {
        switch self {
        case .fleet: "fleet"
        case .nodes(let names): "nodes \(names.joined(separator: " "))"
        case .patchGroups(let names): "patch groups \(names.joined(separator: ", "))"
        case .sites(let names): "sites \(names.joined(separator: ", "))"
        }
    }
}
