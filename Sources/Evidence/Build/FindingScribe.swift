import Domain
import Time

/// Writes the findings of nodes, those that are late among them, and how long nothing was proved.
struct FindingScribe {
    let request: EvidenceRequest
    let folder: BundleFolder
    let judgements: Judgements
    /// The last one that was in force.
    let policy: Policy?

    /// - Returns: how many findings were open at the end.
    func write(_ record: NodeRecord, _ trail: NodeTrail) throws -> Int {
        let found = FoundFinding.all(trail.sightings, judgements, in: request.span)
        for finding in found { try write(finding, record, trail) }
        try writeUnknown(record, trail)
        return found.count { $0.closedAt == nil }
    }

    // MARK: - Steps

    private func write(_ found: FoundFinding, _ record: NodeRecord, _ trail: NodeTrail) throws {
        let (finding, place) = (found.finding, record.place)
        let (advisory, package) = (finding.advisory, finding.package)
        let clock = SLAClock(
            advisory,
            firstSeenAt: advisory.firstImportedAt ?? found.foundAt,
            under: policy?.sla ?? .standard,
            waivers: policy?.waivers.filter { $0.covers(finding, on: place) } ?? []
        )
        let moment = found.closedAt ?? request.span.upperBound
        let state = clock.state(at: moment)
        let row = [
            place.node, place.site, place.patchGroup, advisory.id, advisory.source.rawValue,
            advisory.severity.rawValue, advisory.cves.map(\.description).joined(separator: " "), package.name,
            package.architecture, package.version, finding.fixedVersion ?? "", advisory.isKnownExploited ? "yes" : "no",
            Self.text(advisory.releasedAt), Self.text(advisory.firstImportedAt), "\(clock.startedAt)",
            Self.text(clock.dueAt), "\(found.foundAt)", Self.text(found.closedAt),
            Self.word(state, isClosed: found.closedAt != nil), Self.text(clock.waivedUntil(at: moment)),
            advisory.digest,
        ]
        try folder.write(row, to: .findings)
        guard state == .breached, let due = clock.dueAt else { return }
        let install = trail.lastInstall
        let late = [
            place.node, place.site, place.patchGroup, advisory.id, advisory.source.rawValue,
            advisory.severity.rawValue, package.name, package.architecture, "\(due)", Self.text(found.closedAt),
            Self.hours(moment - due), LateCause.text(install, isClosed: found.closedAt != nil), install?.order ?? "",
            Self.text(install?.at),
        ]
        try folder.write(late, to: .late)
    }

    private func writeUnknown(_ record: NodeRecord, _ trail: NodeTrail) throws {
        let looks = trail.sightings.map { sighting in
            let doubt = sighting.inventory.map { judgements.judged[$0].doubt(at: sighting.at) } ?? .unscannedRun
            return UnknownTime.Look(at: sighting.at, doubt: doubt)
        }
        let (unknown, scope) = (UnknownTime(in: record.scope, looks), record.scope)
        let row = [
            record.id, record.place.site, record.place.patchGroup, Self.hours(scope.upperBound - scope.lowerBound),
            Self.hours(unknown.total), Self.text(unknown.longest?.lowerBound), Self.text(unknown.longest?.upperBound),
            unknown.cause?.rawValue ?? "",
        ]
        try folder.write(row, to: .unknown)
    }

    private static func word(_ state: SLAClock.State, isClosed: Bool) -> String {
        guard isClosed else { return "open-\(state.rawValue)" }
        switch state {
        case .within, .dueSoon: return "closed-in-time"
        case .breached: return "closed-late"
        case .waived: return "closed-waived"
        }
    }

    static func text(_ moment: Timestamp?) -> String { moment.map { "\($0)" } ?? "" }

    /// Hours with two digits behind the point.
    static func hours(_ duration: Duration) -> String {
        let hundredths = duration.components.seconds / 36
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// Why a finding was still open when it was due, as far as the log tells.
enum LateCause {
    static func text(_ install: NodeTrail.Install?, isClosed: Bool) -> String {
        guard let install else { return "no install was ordered in the period" }
        guard install.state == "succeeded" else {
            return "the last install ended as \(install.state)" + (install.cause.isEmpty ? "" : ": \(install.cause)")
        }
        return isClosed ? "it came after it was due" : "the last install did not have it in its plan"
    }
}
