import Domain
import DurableStreams
import PatchStreams
import ReadModels

/// The rows of the read models as they grew with the log, against those of the whole log and the streams' own states.
struct ReadModelCheck {
    let world: World

    init(_ world: World) { self.world = world }

    func check() throws(Violation) {
        do {
            let grown = world.checker.memory.fleet
            let anew = try wholeLog()
            let (rows, others) = (try text(grown, fromFirstEvent: false), try text(anew, fromFirstEvent: true))
            guard rows == others else {
                throw Checker.fail(.readModelsAreState, difference(rows, others))
            }
            for (name, spec) in grown.targets.sorted(by: { $0.key < $1.key }) { try check(name, spec, grown) }
        } catch let violation as Violation {
            throw violation
        } catch {
            throw Checker.fail(.readModelsAreState, "the log cannot be projected: \(error)")
        }
    }

    // MARK: - Steps

    /// Where they begin to differ.
    private func difference(_ rows: String, _ others: String) -> String {
        let same = zip(rows, others).prefix { $0 == $1 }.count
        let (left, right) = (
            rows.dropFirst(max(0, same - 80)).prefix(240), others.dropFirst(max(0, same - 80)).prefix(240)
        )
        return "the rows have …\(left)…, and those of the whole log …\(right)…"
    }

    private struct Rows: Encodable {
        var cycles: [CycleSummary]
        var targets: [RolloutSpec]
        var proofs: [Proof]
    }

    /// As the projector reads it, shard by shard.
    private func wholeLog() throws -> FleetChanges {
        var changes = FleetChanges()
        for shard in Shard.all {
            let start = LogPlace(shard: shard, position: 0)
            for commit in world.store.tables.commits(behind: start, limit: .max) {
                switch commit.stream.kind {
                case Cycle.streamKind: changes.touch(cycle: commit.stream.name)
                case Rollout.streamKind:
                    for stored in try commit.storedEvents() {
                        let event = try DomainDecider<Rollout>.withoutEffects.decode(stored.event)
                        changes.take(event, of: commit.stream.name)
                    }
                default: continue
                }
            }
        }
        return changes
    }

    private func text(_ changes: FleetChanges, fromFirstEvent: Bool) throws -> String {
        let cycles = try changes.cycles.sorted().compactMap { name in
            try world.state(of: Cycle.self, name, fromFirstEvent: fromFirstEvent).flatMap { CycleSummary(id: name, $0) }
        }
        let targets = changes.targets.sorted { $0.key < $1.key }.map(\.value)
        let proofs = try changes.endings.sorted { $0.key < $1.key }.map { try proof(of: $0.value) }
        return try DomainJSON.encode(Rows(cycles: cycles, targets: targets, proofs: proofs))
    }

    private func proof(of ending: RunEnding) throws -> Proof {
        guard let digest = ending.inventory, let stored = world.store.database.inventories[digest] else {
            return Proof(ending, .unscanned)
        }
        let inventory = HostInventory(stored)
        let definition = try world.state(of: Cycle.self, ending.cycle)?.start?.definition
        let baseline = definition?.baseline(ofPatchGroup: ending.patchGroup, on: inventory.system)
        return Proof(ending, Proof.Verdict(inventory, by: baseline, at: ending.at))
    }

    /// A rollout's targets are those of its state, and whoever succeeded in it has been looked at.
    private func check(_ name: String, _ spec: RolloutSpec, _ changes: FleetChanges) throws {
        let state = try world.state(of: Rollout.self, name)
        // The rows have nothing of its window, which may have been moved.
        var targets = spec
        if let window = state?.spec?.window { targets.window = window }
        guard let state, state.spec == targets else {
            throw Checker.fail(.readModelsAreState, "the targets of \(name) are not those of its state")
        }
        for (index, node) in spec.targets.enumerated() where state.hostStates[index] == .succeeded {
            guard changes.endings[node]?.scannedAt != nil else {
                throw Checker.fail(.readModelsAreState, "\(node) succeeded in \(name) and has no row that says so")
            }
        }
    }
}

extension FleetChanges {
    /// Takes an event of a rollout whose opening was taken before.
    mutating func take(_ event: RolloutEvent, of rollout: String) {
        take(event, of: rollout, lane: targets[rollout].map { ProjectedLane($0) })
    }
}
