import Domain
import DurableStreams
import PatchStreams
import Time

/// Writes what one rollout did: changes, runs, and its window.
struct RolloutScribe {
    let log: LogPart
    let request: EvidenceRequest
    let folder: BundleFolder
    let trails: NodeTrails

    func write(_ name: String) async throws {
        var (rollout, endedAt): (Rollout, Timestamp?) = (Rollout(), nil)
        var isInside = false
        try await log.forEachEvent(of: name, Rollout.self) { event, stored in
            let queued = rollout.nextIndex..<rollout.hostStates.count
            rollout.evolve(event)
            isInside = isInside || log.isInside(stored)
            switch event {
            case .hostReported(let report, _): try take(report, stored, rollout)
            case .hostsExpired(let indices, let state, _):
                for index in indices { try end(index, state.name, "", stored, rollout) }
            case .queueEnded(let state, _): for index in queued { try end(index, state.name, "", stored, rollout) }
            case .ended(let at): endedAt = at
            case .opened, .hostsOrdered, .halted, .ordersWithdrawn, .paused, .resumed, .aborted, .windowMoved: break
            }
        }
        if isInside, let spec = rollout.spec, request.holds(site: spec.site) {
            try folder.write(Self.window(spec, rollout, endedAt), to: .windows)
        }
    }

    // MARK: - Steps

    private func take(_ report: HostReport, _ stored: StoredEvent, _ rollout: Rollout) throws {
        guard let spec = rollout.spec, spec.targets.indices.contains(report.index),
            let verdict = spec.verdict(on: report.fact)
        else { return }
        if report.fact.endsProof { see(spec, report.index, report.fact.inventory, stored.at) }
        if request.holds(site: spec.site), log.isInside(stored) {
            for patch in report.fact.patches { try write(patch, report, spec, stored) }
        }
        if verdict.state.isTerminal {
            try end(report.index, verdict.state.name, verdict.cause ?? "", stored, rollout)
        }
    }

    private func see(_ spec: RolloutSpec, _ index: Int, _ inventory: String?, _ at: Timestamp) {
        let (node, place) = (spec.targets[index], inventory.map(trails.place(of:)))
        trails[node].sightings.append(NodeTrail.Sighting(at: at, inventory: place))
        if place != nil, trails[node].lastScan.map({ $0.at < at }) ?? true {
            trails[node].lastScan = (at, spec.cycle, spec.patchGroup)
        }
    }

    /// A host run has come to its end.
    private func end(
        _ index: Int,
        _ state: String,
        _ cause: String,
        _ stored: StoredEvent,
        _ rollout: Rollout
    ) throws {
        guard let spec = rollout.spec, spec.targets.indices.contains(index) else { return }
        let node = spec.targets[index]
        let order = OrderID(rollout: spec.rollout, index: index, attempt: spec.attempt).description
        if spec.installs {
            if state == HostRunState.timedOut.name { see(spec, index, nil, stored.at) }
            if trails[node].lastInstall.map({ $0.at < stored.at }) ?? true {
                let install = NodeTrail.Install(at: stored.at, order: order, state: state, cause: cause)
                trails[node].lastInstall = install
            }
        }
        guard request.holds(site: spec.site), log.isInside(stored) else { return }
        let row = [
            "\(stored.at)", node, spec.site, spec.patchGroup, spec.operation.name, state, cause, order, spec.cycle,
            spec.stage, spec.rollout, "\(stored.shard)", "\(stored.position)",
        ]
        try folder.write(row, to: .runs)
    }

    private func write(
        _ outcome: PatchOutcome,
        _ report: HostReport,
        _ spec: RolloutSpec,
        _ stored: StoredEvent
    ) throws {
        let order = OrderID(rollout: spec.rollout, index: report.index, attempt: report.attempt)
        let row = [
            "\(stored.at)", spec.targets[report.index], spec.site, spec.patchGroup, outcome.patch.name,
            outcome.patch.architecture, outcome.before ?? "", outcome.patch.version, outcome.after ?? "",
            outcome.state.rawValue, outcome.failure?.rawValue ?? "", order.description, spec.cycle, spec.stage,
            spec.rollout, spec.operation.planDigest, "\(stored.shard)", "\(stored.position)",
        ]
        try folder.write(row, to: .changes)
    }

    private static func window(_ spec: RolloutSpec, _ rollout: Rollout, _ endedAt: Timestamp?) -> [String] {
        let (counts, window, control) = (rollout.counts, spec.window, spec.rateControl)
        let ends: [HostRunState] = [.succeeded, .failed, .timedOut, .refused, .cancelled, .missedWindow, .unknown]
        return [
            spec.rollout, spec.cycle, spec.stage, spec.site, spec.patchGroup, spec.operation.name, "\(window.opens)",
            "\(window.cutoff)", "\(window.closes)", "\(counts.total)",
        ] + ends.map { "\(counts[$0])" } + [
            "\(counts.total - counts.terminal)", "\(control.maxConcurrency)", "\(control.maxErrors)",
            endedAt.map { "\($0)" } ?? "",
        ]
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
