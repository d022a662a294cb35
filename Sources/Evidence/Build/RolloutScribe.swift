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
        var (rollout, isInside) = (RolloutRows(), false)
        try await log.forEachEvent(of: name, Rollout.self) { event, stored in
            isInside = isInside || log.isInside(stored)
            let rows = rollout.take(event, stored)
            guard let spec = rollout.spec else { return }
            for row in rows { try write(row, spec, stored) }
        }
        if isInside, let spec = rollout.spec, let window = rollout.window, request.holds(site: spec.site) {
            try folder.write(window, to: .windows)
        }
    }

    // MARK: - Steps

    private func write(_ row: RolloutRows.Row, _ spec: RolloutSpec, _ stored: StoredEvent) throws {
        let isWritten = request.holds(site: spec.site) && log.isInside(stored)
        switch row {
        case .look(let index, let inventory): see(spec, index, inventory, stored.at)
        case .change(let row): if isWritten { try folder.write(row, to: .changes) }
        case .run(let index, let state, let cause, let order, let row):
            if spec.installs {
                end(spec, index, NodeTrail.Install(at: stored.at, order: order, state: state, cause: cause))
            }
            if isWritten { try folder.write(row, to: .runs) }
        }
    }

    private func see(_ spec: RolloutSpec, _ index: Int, _ inventory: String?, _ at: Timestamp) {
        let (node, place) = (spec.targets[index], inventory.map(trails.place(of:)))
        trails[node].sightings.append(NodeTrail.Sighting(at: at, inventory: place))
        if place != nil, trails[node].lastScan.map({ $0.at < at }) ?? true {
            trails[node].lastScan = (at, spec.cycle, spec.patchGroup)
        }
    }

    /// A run that installs has come to its end.
    private func end(_ spec: RolloutSpec, _ index: Int, _ install: NodeTrail.Install) {
        let node = spec.targets[index]
        if install.state == HostRunState.timedOut.name { see(spec, index, nil, install.at) }
        if trails[node].lastInstall.map({ $0.at < install.at }) ?? true { trails[node].lastInstall = install }
    }
}
