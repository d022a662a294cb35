package import Domain
package import DurableStreams
import PatchStreams
package import Time

/// A plan in the making: what a cycle's scans found, and what their hosts' baselines select.
package struct PlanDraft {
    private struct Scan {
        let node: String
        let patchGroup: String
    }

    private let definition: WorkflowDefinition
    private var scans: [String: [Scan]] = [:]
    private var selections: [String: PatchSet] = [:]
    private var targets = 0
    private var withoutBaseline = 0

    package init(_ definition: WorkflowDefinition) { self.definition = definition }

    /// The inventories that the scans found, by digest; equal ones are evaluated once.
    package var inventories: [String] { scans.keys.sorted() }

    /// Takes the events of one lane of the first stage.
    package mutating func add(_ events: some Sequence<RecordedEvent>, of lane: Lane) throws {
        var nodes: [String] = []
        let decider = DomainDecider<Rollout>.withoutEffects
        for event in events {
            switch try decider.decode(event) {
            case .opened(let spec, _): nodes = spec.targets
            case .hostReported(let report, _):
                guard case .scanned(let inventory) = report.fact else { continue }
                scans[inventory, default: []].append(Scan(node: nodes[report.index], patchGroup: lane.patchGroup))
            default: continue
            }
        }
        targets += nodes.count
    }

    /// Selects the patches of all hosts that have this inventory.
    package mutating func select(_ inventory: HostInventory, digest: String, at now: Timestamp) {
        for (group, nodes) in Dictionary(grouping: scans[digest] ?? [], by: \.patchGroup) {
            guard let baseline = definition.baseline(ofPatchGroup: group, on: inventory.system) else {
                withoutBaseline += nodes.count
                continue
            }
            let set = baseline.select(inventory, at: now)
            for scan in nodes { selections[scan.node] = set }
        }
    }

    package var plan: Plan { Plan(selections: selections) }

    /// - Parameters:
    ///   - plan: ``plan``.
    ///   - digest: its own.
    package func summary(of plan: Plan, digest: String) -> PlanSummary {
        plan.summary(
            digest: digest,
            unscannedCount: targets - selections.count - withoutBaseline,
            withoutBaselineCount: withoutBaseline
        )
    }
}
