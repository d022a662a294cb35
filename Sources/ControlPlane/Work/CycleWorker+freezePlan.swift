import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import ReadModels

extension CycleWorker {
    /// Inventories read at a time: they bound the memory.
    private static let inventoriesAtOnce = 100

    /// Selects each scanned node's patches by its baseline, and stores the plan under its digest.
    ///
    /// Equal inventories under one baseline are evaluated once.
    func freezePlan(_ cycle: Cycle, _ start: CycleStart) async throws -> PlanSummary {
        let scans = try await scans(of: cycle)
        var selections: [String: PatchSet] = [:]
        var withoutBaseline = 0
        let byInventory = Dictionary(grouping: scans.scanned, by: \.inventory)
        for digests in byInventory.keys.sorted().chunks(of: Self.inventoriesAtOnce) {
            for (digest, text) in try await content.load(digests) {
                let inventory = HostInventory(try DomainJSON.decode(Inventory.self, from: text))
                for (group, nodes) in Dictionary(grouping: byInventory[digest] ?? [], by: \.patchGroup) {
                    guard let baseline = start.definition.baseline(ofPatchGroup: group) else {
                        withoutBaseline += nodes.count
                        continue
                    }
                    let set = baseline.select(inventory)
                    for scan in nodes { selections[scan.node] = set }
                }
            }
        }
        let plan = Plan(selections: selections)
        let text = String(decoding: plan.canonicalBytes, as: UTF8.self)
        let digest = try await content.store(.plan, text, at: now())
        return plan.summary(
            digest: digest,
            unscannedCount: scans.targets - selections.count - withoutBaseline,
            withoutBaselineCount: withoutBaseline
        )
    }

    // MARK: - Steps

    private struct Scan {
        let node: String
        let patchGroup: String
        let inventory: String
    }

    /// The scans of the cycle's first stage, from its rollouts' own events.
    private func scans(of cycle: Cycle) async throws -> (scanned: [Scan], targets: Int) {
        var scanned: [Scan] = []
        var targets = 0
        // Equal hosts share one text: there may be a million of them.
        var inventories: Set<String> = []
        let decider = DomainDecider<Rollout>.withoutEffects
        for lane in cycle.stages.first?.lanes ?? [] {
            var nodes: [String] = []
            for stored in try await reader.events(of: Rollout.stream(lane.rollout)) {
                switch try decider.decode(stored.event) {
                case .opened(let spec, _): nodes = spec.targets
                case .hostReported(let report, _):
                    guard case .scanned(let inventory) = report.fact else { continue }
                    let shared = inventories.insert(inventory).memberAfterInsert
                    scanned.append(Scan(node: nodes[report.index], patchGroup: lane.patchGroup, inventory: shared))
                default: continue
                }
            }
            targets += nodes.count
        }
        return (scanned, targets)
    }
}

extension Array {
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
