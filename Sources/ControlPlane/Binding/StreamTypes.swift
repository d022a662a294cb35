import AgentProtocol
package import Domain
package import DurableStreams
package import PatchStreams

/// The domain's deciders, bound to the engine.
package enum StreamTypes {
    /// - Parameter orderKeys: sign or seal every order in the flush that gives it.
    package static func all(orderKeys: OrderKeys) -> [StreamType] {
        [
            StreamType(cycles),
            StreamType(rollouts(orderKeys: orderKeys)),
            StreamType(DomainDecider<Activation>(translation: activation)),
            StreamType(DomainDecider<Node>.withoutEffects),
            StreamType(DomainDecider<PolicyBook>(translation: policy)),
            StreamType(DomainDecider<DocumentHistory>.withoutEffects),
            StreamType(DomainDecider<Feed>.withoutEffects),
            StreamType(DomainDecider<AccessBook>.withoutEffects),
            StreamType(DomainDecider<AuditTrail>.withoutEffects),
            StreamType(DomainDecider<RebootSlots>.withoutEffects),
            StreamType(outboxes),
            StreamType(ScheduleDecider()),
            StreamType(MaintenanceWindowDecider()),
            StreamType(AssociationDecider()),
        ]
    }

    package static var cycles: DomainDecider<Cycle> { DomainDecider(translation: cycle) }

    package static var outboxes: DomainDecider<Outbox> {
        DomainDecider { delivery, _, origin in
            let body = try DomainJSON.encode(delivery)
            return .task(id: origin.id, kind: delivery.kind, body: body, notBefore: origin.at)
        }
    }

    package static func rollouts(orderKeys: OrderKeys) -> DomainDecider<Rollout> {
        DomainDecider { try rollout($0, $1, $2, orderKeys) }
    }

    // MARK: - Steps

    private static let cycle: DomainDecider<Cycle>.Translation = { effect, _, origin in
        switch effect {
        case .task(let task):
            .task(id: origin.id, kind: task.kind, body: try DomainJSON.encode(task), notBefore: origin.at)
        case .later(let task, let notBefore):
            .task(id: origin.id, kind: task.kind, body: try DomainJSON.encode(task), notBefore: notBefore)
        case .tell(let rollout, let message):
            try send(message, to: Rollout.stream(rollout), from: origin)
        case .tellOwner(.window(let window), let ending):
            try send(
                MaintenanceWindowMessage.commandEnded(command: command(of: origin.stream), ending),
                to: MaintenanceWindowDecider.stream(window),
                from: origin
            )
        case .tellOwner(.association(let association), let ending):
            try send(
                AssociationMessage.commandEnded(command: command(of: origin.stream), ending),
                to: AssociationDecider.stream(association),
                from: origin
            )
        }
    }

    private static func command(of cycle: StreamID) -> String { SentCommand.id(ofCycle: cycle.name) ?? cycle.name }

    private static let policy: DomainDecider<PolicyBook>.Translation = { effect, _, origin in
        if case .configure(let group) = effect {
            return try send(RebootSlotsMessage.configure(group), to: RebootSlots.stream(group.name), from: origin)
        }
        return .task(id: origin.id, kind: effect.kind, body: try DomainJSON.encode(effect), notBefore: origin.at)
    }

    private static func rollout(
        _ effect: RolloutEffect,
        _ state: Rollout,
        _ origin: EffectOrigin,
        _ orderKeys: OrderKeys
    ) throws -> Effect {
        switch effect {
        case .order(let index, let attempt, let expires):
            let spec = try spec(of: state, origin)
            let order = Order(spec, index: index, attempt: attempt, issued: origin.at, expires: expires)
            return .order(id: order.id, node: order.node, body: try PlainOrder.text(of: orderKeys.seal(order)))
        case .retractOrder(let index, let attempt):
            let (id, node) = try order(index, attempt, state, origin)
            return .retractOrder(id: id, node: node)
        case .withdrawOrder(let index, let attempt):
            let (id, node) = try order(index, attempt, state, origin)
            return .withdrawOrder(id: id, node: node)
        case .tell(let cycle, let message):
            return try send(message, to: Cycle.stream(cycle), from: origin)
        case .tellNode(let node, let message):
            return try send(message, to: Node.stream(node), from: origin)
        case .tellSlots(let group, let message):
            return try send(message, to: RebootSlots.stream(group), from: origin)
        case .tellUnopened:
            let rollout = origin.stream.name
            let outcome = LaneOutcome(rollout: rollout, counts: HostRunCounts(), failures: [])
            let cycle = Cycle.stream(RolloutName.cycle(of: rollout))
            return try send(CycleMessage.laneEnded(outcome), to: cycle, from: origin)
        }
    }

    private static func order(
        _ index: Int,
        _ attempt: Int,
        _ state: Rollout,
        _ origin: EffectOrigin
    ) throws -> (id: String, node: String) {
        let spec = try spec(of: state, origin)
        let id = OrderID(rollout: spec.rollout, index: index, attempt: attempt)
        return (id.description, spec.targets[index])
    }

    private static func spec(of state: Rollout, _ origin: EffectOrigin) throws -> RolloutSpec {
        guard let spec = state.spec else { throw EffectWithoutSpec(stream: origin.stream) }
        return spec
    }

    private static let activation: DomainDecider<Activation>.Translation = { effect, _, origin in
        switch effect {
        case .tell(let node, let message): try send(message, to: Node.stream(node), from: origin)
        }
    }

    private static func send(
        _ message: some DomainMessage,
        to stream: StreamID,
        from origin: EffectOrigin
    ) throws -> Effect {
        .message(id: origin.id, to: stream, kind: message.kind, body: try DomainJSON.encode(message))
    }
}

private struct EffectWithoutSpec: Error, CustomStringConvertible {
    let stream: StreamID

    var description: String { "\(stream) asks for something before it was opened" }
}
