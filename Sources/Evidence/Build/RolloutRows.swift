import Domain
import DurableStreams
import Time

/// What the events of one rollout, from its first one on, say in the tables of a bundle.
struct RolloutRows {
    /// What follows from an event, in the order of the tables' rows.
    enum Row {
        /// A host was looked at, or may have changed without being looked at.
        case look(index: Int, inventory: String?)
        /// A row of `changes.csv`.
        case change([String])
        /// A host run has come to its end: a row of `runs.csv`.
        case run(index: Int, state: String, cause: String, order: String, row: [String])
    }

    private(set) var rollout = Rollout()
    private(set) var endedAt: Timestamp?

    var spec: RolloutSpec? { rollout.spec }

    mutating func take(_ event: RolloutEvent, _ stored: StoredEvent) -> [Row] {
        let states = rollout.hostStates
        let queued = (min(rollout.nextIndex, states.count)..<states.count).filter { states[$0] == .queued }
        rollout.evolve(event)
        switch event {
        case .hostReported(let report, _): return rows(of: report, stored)
        case .hostsExpired(let indices, let state, _): return indices.compactMap { run($0, state.name, "", stored) }
        case .hostsCancelled(let indices, _):
            return indices.compactMap { run($0, HostRunState.cancelled.name, "", stored) }
        case .queueEnded(let state, _): return queued.compactMap { run($0, state.name, "", stored) }
        case .ended(let at):
            endedAt = at
            return []
        case .opened, .hostsOrdered, .halted, .cancelRequested, .ordersWithdrawn, .paused, .resumed, .aborted,
            .windowMoved:
            return []
        }
    }

    /// Its row of `windows.csv` as of now; nil before it was opened.
    var window: [String]? {
        guard let spec else { return nil }
        let (counts, window, control) = (rollout.counts, spec.window, spec.rateControl)
        let ends: [HostRunState] = [.succeeded, .failed, .timedOut, .refused, .cancelled, .missedWindow, .unknown]
        return [
            spec.rollout, spec.cycle, spec.stage, spec.site, spec.patchGroup, spec.operation.name, "\(window.opens)",
            "\(window.cutoff)", "\(window.closes)", "\(counts.total)",
        ] + ends.map { "\(counts[$0])" } + [
            "\(counts.total - counts.terminal)", "\(control.maxConcurrency)", "\(control.maxErrors)",
            FindingScribe.text(endedAt),
        ]
    }

    /// A row of `changes.csv`, with nil for what only the rollout's opening tells.
    static func change(
        _ outcome: PatchOutcome,
        _ report: HostReport,
        _ spec: RolloutSpec?,
        _ stored: StoredEvent
    ) -> [String?] {
        let rollout = stored.stream.name
        let order = OrderID(rollout: rollout, index: report.index, attempt: report.attempt)
        let patch = outcome.patch
        return [
            "\(stored.at)", spec?.targets[report.index], spec?.site, spec?.patchGroup, patch.name, patch.architecture,
            outcome.before ?? "", patch.version, outcome.after ?? "", outcome.state.rawValue,
            outcome.failure?.rawValue ?? "", order.description, spec?.cycle, spec?.stage, rollout,
            spec?.operation.planDigest, "\(stored.shard)", "\(stored.position)",
        ]
    }

    // MARK: - Steps

    private func rows(of report: HostReport, _ stored: StoredEvent) -> [Row] {
        guard let spec, spec.targets.indices.contains(report.index), let verdict = spec.verdict(on: report.fact)
        else { return [] }
        var rows: [Row] = []
        if report.fact.endsProof { rows.append(.look(index: report.index, inventory: report.fact.inventory)) }
        for patch in report.fact.patches {
            rows.append(.change(Self.change(patch, report, spec, stored).compactMap(\.self)))
        }
        if verdict.state.isTerminal, let run = run(report.index, verdict.state.name, verdict.cause ?? "", stored) {
            rows.append(run)
        }
        return rows
    }

    private func run(_ index: Int, _ state: String, _ cause: String, _ stored: StoredEvent) -> Row? {
        guard let spec, spec.targets.indices.contains(index) else { return nil }
        let order = OrderID(rollout: spec.rollout, index: index, attempt: spec.attempt).description
        let row = [
            "\(stored.at)", spec.targets[index], spec.site, spec.patchGroup, spec.operation.name, state, cause, order,
            spec.cycle, spec.stage, spec.rollout, "\(stored.shard)", "\(stored.position)",
        ]
        return .run(index: index, state: state, cause: cause, order: order, row: row)
    }
}

extension HostFact {
    /// Whether the host was looked at, or may have changed without being looked at.
    fileprivate var endsProof: Bool {
        switch self {
        case .scanned, .installed, .failed: true
        case .accepted, .refused, .installing, .rebooting, .verifying, .ran: false
        }
    }

    /// What it tells of patches.
    var patches: [PatchOutcome] {
        switch self {
        case .installed(_, let patches, _), .failed(_, _, _, let patches): patches
        case .accepted, .refused, .installing, .rebooting, .verifying, .scanned, .ran: []
        }
    }
}

extension RolloutSpec.Operation {
    fileprivate var name: String {
        switch self {
        case .scan: "scan"
        case .install: "install"
        case .run: "run"
        }
    }

    fileprivate var planDigest: String {
        if case .install(let work) = self { work.planDigest } else { "" }
    }
}
