import AgentProtocol
import Domain
import Time

extension Order {
    /// What a rollout tells the target at an index.
    init(_ spec: RolloutSpec, index: Int, attempt: Int, issued: Timestamp, expires: Timestamp) {
        self.init(
            id: OrderID(rollout: spec.rollout, index: index, attempt: attempt).description,
            node: spec.targets[index],
            cycle: spec.cycle,
            rollout: spec.rollout,
            issued: issued,
            expires: expires,
            window: Window(opens: spec.window.opens, cutoff: spec.window.cutoff, closes: spec.window.closes),
            work: Work(spec, index: index),
            hooks: Hooks(of: spec.operation),
            rebootSlot: spec.rebootSlot(at: index)
        )
    }
}

extension Order.Work {
    init(_ spec: RolloutSpec, index: Int) {
        switch spec.operation {
        case .scan: self = .scan
        case .run(let document, _): self = .run(Order.Document(document))
        case .install(let work):
            let set = spec.patchSet(at: index)
            let reboot: Order.RebootPolicy =
                switch work.reboot {
                case .ifNeeded: .ifNeeded
                case .never: .never
                }
            self = .install(
                planDigest: work.planDigest,
                patches: set.patches.map(PatchReference.init),
                newcomers: set.newcomers.map(PatchReference.init),
                reboot: reboot
            )
        }
    }
}

extension PatchReference {
    init(_ patch: Patch) {
        self.init(name: patch.name, architecture: patch.architecture, version: patch.version)
    }
}
