import AgentProtocol
import Domain
import HostAgent
import Time

/// Compares what the control plane believes of a host with the host.
struct HostTruth {
    let world: World

    init(_ world: World) { self.world = world }

    /// What a run that succeeded says of its patches.
    func check(_ patches: [PatchOutcome], on node: String) throws(Violation) {
        guard let host = world.host(node) else { throw Checker.fail(.successIsTrue, "there is no host \(node)") }
        for outcome in patches {
            let package = host.packages[outcome.patch.name]
            let isThere = package.map { $0.isConfigured && $0.version >= outcome.patch.version } ?? false
            let isRight =
                switch outcome.state {
                case .installed, .alreadyInstalled, .pendingReboot: isThere
                case .notApplicable: package == nil
                case .failed: false
                }
            guard isRight else {
                throw Checker.fail(
                    .successIsTrue,
                    "\(node) succeeded with \(outcome.patch) \(outcome.state.rawValue), it has \(package?.version ?? "none")"
                )
            }
        }
    }
}

extension Checker {
    /// How long after its decision an effect may begin.
    private static let slack = Duration.seconds(120)

    /// An agent takes up an order.
    func took(_ order: Order, _ host: Host) throws(Violation) {
        guard takenAt.updateValue(host.world.now, forKey: "\(host.node) \(order.id)") == nil else {
            throw Self.fail(.takenOnce, "\(host.node) takes \(order.id) again")
        }
        guard order.node == host.node, ordered(order) != nil else {
            throw Self.fail(.onlyOrdered, "\(host.node) takes \(order.id), which nobody gave it")
        }
    }

    /// An agent is about to do something.
    func begins(_ effect: HostRunEffect, _ order: Order, _ host: Host) throws(Violation) {
        switch effect {
        case .install:
            guard host.now < order.window.cutoff + Self.slack, host.now > order.window.opens - .seconds(300) else {
                throw Self.fail(
                    .installsInWindow,
                    "\(host.node) installs at \(host.now), its window is \(order.window)"
                )
            }
        case .reboot:
            guard order.mayReboot else {
                throw Self.fail(.rebootsAsAllowed, "\(host.node) may not reboot in \(order.id)")
            }
            guard host.now < order.window.cutoff + Self.slack else {
                throw Self.fail(.installsInWindow, "\(host.node) reboots at \(host.now), its window is \(order.window)")
            }
            // What a restore has taken out of the log, hosts still go by.
            guard let group = order.rebootSlot, host.world.store.restores == 0 else { return }
            guard memory.slots[group]?.isHeld(for: order.id) == true else {
                throw Self.fail(.rebootsWithSlot, "\(host.node) reboots in \(order.id) without a slot of \(group)")
            }
        case .refresh, .survey, .repair, .simulate, .sift, .download, .scan, .inspect, .settle, .runStep: break
        }
    }

    /// An agent writes down what happened.
    func records(_ event: HostRunEvent, _ order: Order, _ host: Host) throws(Violation) {
        guard case .ended(.installed(let result)) = event else { return }
        for patch in result.patches where [.installed, .alreadyInstalled].contains(patch.state) {
            guard !host.rebootPackages.contains(patch.patch.name) else {
                throw Self.fail(
                    .successIsTrue,
                    "\(host.node) waits for a reboot for \(patch.patch.name) and says nothing"
                )
            }
        }
        guard let reboot = result.reboot, reboot.outcome == .confirmed else { return }
        guard let before = host.boots.firstIndex(of: reboot.before),
            let after = host.boots.firstIndex(of: reboot.after),
            before < after
        else {
            throw Self.fail(
                .rebootIsTrue,
                "\(host.node) confirms a reboot from \(reboot.before.bootID) to \(reboot.after.bootID), and is in \(host.bootFacts.bootID)"
            )
        }
    }

    /// A package changes.
    func unpacks(_ patch: PatchReference, _ order: Order, _ host: Host) throws(Violation) {
        let isOrdered = ordered(order)?.contains { $0.name == patch.name && $0.version == patch.version } ?? false
        guard isOrdered else {
            throw Self.fail(.onlyOrdered, "\(host.node) installs \(patch.name) \(patch.version), which was not ordered")
        }
    }

    /// A package works.
    func completes(_ name: String, _ order: Order, _ host: Host) throws(Violation) {
        // A repair may complete what an earlier order left at an earlier version.
        let key = "\(host.node) \(order.id) \(name) \(host.packages[name]?.version ?? "")"
        completions[key, default: 0] += 1
        guard completions[key] == 1 else {
            throw Self.fail(.installedOnce, "\(host.node) installs \(name) twice in \(order.id)")
        }
    }

    /// What the control plane ordered by this id; nil when it did not.
    private func ordered(_ order: Order) -> [Patch]? {
        guard let id = OrderID(order.id) else { return nil }
        let spec = specs(of: id.rollout).first { spec in
            let isThere = id.attempt == spec.attempt && spec.targets.indices.contains(id.index)
            return isThere && spec.targets[id.index] == order.node
        }
        return spec?.patchSet(at: id.index).patches
    }
}
