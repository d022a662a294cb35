import ControlPlane
import Domain
import DurableStreams
import PatchStreams
import Time

/// The domain's deciders, one of them with a defect.
enum MutantTypes {
    /// - Parameter trap: sprung by messages that end their engine's process; nil for folding alone.
    static func all(orderKey: OrderSigningKey, defect: Defect?, trap: Trap? = nil) -> [StreamType] {
        let orderKeys = OrderKeys(orderKey)
        let types = StreamTypes.all(orderKeys: orderKeys)
        if let blindness = rolloutBlindness(defect) {
            let mutant = StreamType(MutantDecider(StreamTypes.rollouts(orderKeys: orderKeys), sees: blindness))
            return types.filter { $0.kind != Rollout.streamKind } + [mutant]
        }
        if let blindness = cycleBlindness(defect) {
            let mutant = StreamType(MutantDecider(StreamTypes.cycles, sees: blindness))
            return types.filter { $0.kind != Cycle.streamKind } + [mutant]
        }
        if defect == .slotsOffByOne {
            let base = DomainDecider<RebootSlots>.withoutEffects
            let mutant = StreamType(
                MutantDecider(base) { json, state, _ in
                    json["group"]["slots"] = .integer(Int64((state.group?.slots ?? 0) + 1))
                }
            )
            return types.filter { $0.kind != RebootSlots.streamKind } + [mutant]
        }
        if let trap {
            let trapping = StreamType(TrappingDecider(base: StreamTypes.cycles, trap: trap))
            return types.filter { $0.kind != Cycle.streamKind } + [trapping]
        }
        return types
    }

    // MARK: - Steps

    private static func rolloutBlindness(_ defect: Defect?) -> MutantDecider<Rollout>.Blindness? {
        switch defect {
        case .thresholdOffByOne:
            { json, state, _ in
                let tolerated = state.spec.map { $0.rateControl.toleratedErrors(targets: $0.targets.count) } ?? 0
                json["spec"]["rateControl"]["maxErrors"] = .count(tolerated + 1)
            }
        case .concurrencyOffByOne:
            { json, state, _ in
                let allowed = state.spec.map { $0.rateControl.concurrency(targets: $0.targets.count) } ?? 1
                json["spec"]["rateControl"]["maxConcurrency"] = .count(allowed + 1)
            }
        case .rolloutIgnoresCutoff:
            { json, state, _ in
                let cutoff = state.spec.map { $0.window.cutoff + .seconds(86_400) }
                json["spec"]["window"]["cutoff"] = .integer(cutoff?.microseconds ?? 0)
            }
        case .rolloutIgnoresPause:
            { json, state, _ in if state.phase == .paused { json["phase"] = .text("running") } }
        case .endedRunReopens:
            { json, state, _ in
                json["hostStates"].elements = state.hostStates.map { state in
                    .integer(Int64(state.isTerminal ? HostRunState.verifying.rawValue : state.rawValue))
                }
                json["sequences"].elements = state.hostStates.map { _ in .integer(0) }
            }
        default: nil
        }
    }

    private static func cycleBlindness(_ defect: Defect?) -> MutantDecider<Cycle>.Blindness? {
        switch defect {
        case .approvalUnbound:
            { json, _, message in
                if case .approve(_, let digest, _, _) = message { json["plan"]["digest"] = .text(digest) }
            }
        case .approvalCountsTwice:
            { json, state, _ in
                let index = state.currentIndex
                guard json["stages"].elements.indices.contains(index) else { return }
                let approvals = json["stages"].elements[index]["gate"]["approvals"].elements
                for (number, _) in approvals.enumerated() {
                    json["stages"].elements[index]["gate"]["approvals"].elements[number]["by"] = .text(
                        "person-\(number)"
                    )
                }
            }
        case .soakIgnored:
            { json, state, _ in
                let index = state.currentIndex
                guard json["stages"].elements.indices.contains(index) else { return }
                json["stages"].elements[index]["gate"]["soakUntil"] = .integer(0)
            }
        case .checksIgnored:
            { json, state, _ in
                let index = state.currentIndex
                guard json["stages"].elements.indices.contains(index) else { return }
                let checks = json["stages"].elements[index]["gate"]["checks"].elements
                for (number, check) in checks.enumerated() where check["latest"] != .null {
                    json["stages"].elements[index]["gate"]["checks"].elements[number]["latest"]["passed"] = .bool(true)
                    json["stages"].elements[index]["gate"]["checks"].elements[number]["latest"]["askedAt"] = .integer(
                        .max / 2
                    )
                }
            }
        default: nil
        }
    }
}

extension JSONValue {
    /// A limit that is a number, as Domain stores it.
    fileprivate static func count(_ count: Int) -> Self { .object(["count": .object(["_0": .integer(Int64(count))])]) }
}
