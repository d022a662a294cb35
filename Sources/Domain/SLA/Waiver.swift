package import Time

/// A person's decision to leave findings open for a time, by somebody else's approval.
package struct Waiver: Codable, Equatable, Sendable {
    /// The longest time from its request to its end, in days.
    package static let longestDays = 366
    /// The most nodes, patch groups or sites that one names.
    package static let mostNames = 10_000
    /// The longest text, in bytes.
    package static let longestText = 4_000

    /// Which findings.
    package enum Subject: Codable, Equatable, Sendable {
        /// By its id, of whichever vendor.
        case advisory(String)
        /// In advisories that name it alone: others stay open for what else they fix.
        case cve(CVE)
        /// By its exact name; on Windows the update's.
        case package(String)
    }

    /// On which hosts.
    package enum Scope: Codable, Equatable, Sendable {
        case fleet
        case nodes([String])
        case patchGroups([String])
        case sites([String])
    }

    package struct Approval: Codable, Equatable, Sendable {
        package var by: String
        package var at: Timestamp

        package init(by person: String, at moment: Timestamp) {
            by = person
            at = moment
        }
    }

    package let id: String
    package let subject: Subject
    package let scope: Scope
    package let reason: String
    /// What is done instead.
    package let compensatingControl: String
    /// Who answers for it.
    package let owner: String
    package let requestedBy: String
    package let requestedAt: Timestamp
    /// From here on it covers nothing any more.
    package let expiresAt: Timestamp
    /// nil until somebody has approved it.
    package private(set) var approval: Approval?

    /// A request, which covers nothing until it is approved.
    ///
    /// - Throws: ``WaiverProblem``.
    package init(
        id: String,
        subject: Subject,
        scope: Scope,
        reason: String,
        compensatingControl: String,
        owner: String,
        requestedBy: String,
        requestedAt: Timestamp,
        expiresAt: Timestamp
    ) throws(WaiverProblem) {
        self.id = id
        self.subject = subject
        self.scope = scope
        self.reason = reason
        self.compensatingControl = compensatingControl
        self.owner = owner
        self.requestedBy = requestedBy
        self.requestedAt = requestedAt
        self.expiresAt = expiresAt
        if let problem { throw problem }
    }

    /// What makes it none, as it may have been written by whoever sent it; nil when nothing does.
    package var problem: WaiverProblem? {
        let texts = [
            ("id", id), ("reason", reason), ("compensating control", compensatingControl), ("owner", owner),
            ("requester", requestedBy),
        ]
        for (name, text) in texts {
            guard !text.allSatisfy(\.isWhitespace) else { return .missing(name) }
            guard text.utf8.count <= Self.longestText else { return .tooLong(name) }
        }
        guard Self.names(of: scope).map({ (1...Self.mostNames).contains($0.count) }) ?? true else { return .scope }
        guard expiresAt > requestedAt, expiresAt <= requestedAt + .seconds(Self.longestDays * 86_400) else {
            return .term
        }
        return approval.flatMap(problem(of:))
    }

    /// - Throws: ``WaiverProblem`` when it is the requester's own, is approved already, or has no time left.
    package mutating func approve(by person: String, at moment: Timestamp) throws(WaiverProblem) {
        guard approval == nil else { throw .approvedAlready }
        let wanted = Approval(by: person, at: moment)
        if let problem = problem(of: wanted) { throw problem }
        approval = wanted
    }

    /// From its approval to its end; nil while nobody has approved it.
    package var term: Range<Timestamp>? {
        guard let approval, approval.at < expiresAt else { return nil }
        return approval.at..<expiresAt
    }

    package func isInForce(at moment: Timestamp) -> Bool { term?.contains(moment) ?? false }

    /// Whether it is about the finding, whenever it is in force.
    package func covers(_ finding: Finding, on node: NodePlace) -> Bool { isAbout(finding) && holds(on: node) }

    /// Wherever the finding is.
    package func isAbout(_ finding: Finding) -> Bool {
        switch subject {
        case .advisory(let id): finding.advisory.id == id
        case .cve(let cve): finding.advisory.cves == [cve]
        case .package(let name): finding.package.name == name
        }
    }

    /// Whether it is about an advisory that the version closes, or about the package.
    package func isAbout(_ candidate: PatchCandidate) -> Bool {
        switch subject {
        case .advisory(let id): candidate.notices.contains { $0.id == id }
        case .cve(let cve): candidate.notices.contains { $0.cves == [cve.description] }
        case .package(let name): candidate.patch.name == name
        }
    }

    /// Whatever is found there.
    package func holds(on node: NodePlace) -> Bool {
        switch scope {
        case .fleet: true
        case .nodes(let names): names.contains(node.node)
        case .patchGroups(let names): names.contains(node.patchGroup)
        case .sites(let names): names.contains(node.site)
        }
    }

    // MARK: - Steps

    private func problem(of approval: Approval) -> WaiverProblem? {
        guard !approval.by.allSatisfy(\.isWhitespace) else { return .missing("approver") }
        guard !ActorName.isSame(approval.by, requestedBy) else { return .ownApproval }
        guard (requestedAt..<expiresAt).contains(approval.at) else { return .tooLate }
        return nil
    }

    private static func names(of scope: Scope) -> [String]? {
        switch scope {
        case .fleet: nil
        case .nodes(let names), .patchGroups(let names), .sites(let names): names
        }
    }
}
