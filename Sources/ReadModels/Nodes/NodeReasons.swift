import Domain
import Time

/// Says why a node's patches are what they are: by what they were judged by, and what people and earlier runs have to do with it since.
struct NodeReasons {
    let evidence: NodeEvidence
    /// With what is rejected at present.
    private let baseline: Baseline
    /// Those in force on the node.
    private let waivers: [Waiver]
    /// Of all cycles, the last one first.
    private let installs: [NodeInstall]

    /// - Parameter earlier: the installs of the cycles before, the last one first.
    init(
        _ evidence: NodeEvidence,
        on place: NodePlace,
        under book: PolicyBook,
        earlier: [NodeInstall],
        at now: Timestamp
    ) {
        self.evidence = evidence
        baseline = evidence.baseline.rejecting(book.rejections)
        waivers = (book.policy?.waivers ?? []).filter { $0.isInForce(at: now) && $0.holds(on: place) }
        installs = evidence.installs + earlier
    }

    /// - Parameter patch: a package's name or a glob; nil for all that is on offer or waits for a boot.
    func explanations(of patch: String?) -> [Explanation] {
        let survey = evidence.survey
        let glob = patch.map { Glob($0) }
        let items = items
        let installed = survey.installed.filter { candidate in
            glob.map { $0.matches(candidate.patch.name) } ?? (items[candidate.patch]?.status == .nonCompliant)
        }
        let offered = survey.available.filter { glob?.matches($0.patch.name) ?? true }
        return explanations(installed + offered)
    }

    /// Of what is on offer for a package.
    func explanations(ofOffered name: String) -> [Explanation] {
        explanations(evidence.survey.available.filter { $0.patch.name == name })
    }

    // MARK: - Steps

    private var items: [Patch: PatchItem] {
        Dictionary(evidence.report.items.map { ($0.patch, $0) }) { first, _ in first }
    }

    private func explanations(_ candidates: [PatchCandidate]) -> [Explanation] {
        let items = items
        return candidates.map { candidate in
            Explanation(
                candidate,
                items[candidate.patch],
                by: baseline,
                at: evidence.at,
                failures: failures(of: candidate.patch.name),
                waiver: waivers.first { $0.isAbout(candidate) },
                next: evidence.next
            )
        }.sorted { $0.patch < $1.patch }
    }

    /// Those since the last run that brought the package; nil when there was none.
    private func failures(of name: String) -> Explanation.Failures? {
        let runs = installs.filter { $0.isOver && $0.names.contains(name) }.prefix { $0.hasFailed }
        return runs.first.map { run in
            let own = run.failedPatches.first { $0.patch.name == name }
            return Explanation.Failures(
                count: runs.count,
                cause: own?.cause?.rawValue ?? run.failure,
                output: own?.output
            )
        }
    }
}
