import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
import Time

/// The API of all processes, as agents and people meet it.
final class Gateway {
    unowned let world: World
    /// By node: long polls that are open.
    private var waiters: [String: [() -> Void]] = [:]

    init(_ world: World) { self.world = world }

    // MARK: - Agents

    /// Takes reports; `reply` hears whether they are durable, or nothing.
    func report(
        _ reports: [Report],
        _ inventories: [String: Inventory],
        of node: String,
        reply: @escaping (Bool) -> Void
    ) {
        world.network.carry { [self] in
            guard let engine = anyEngine() else { return }
            world.store.keep(inventories)
            let messages = reports.compactMap { message(for: $0, from: node, engine) }
            let restores = world.store.restores
            let answer = { [self] (isStored: Bool) in
                if isStored { acknowledge(messages, since: restores) }
                world.network.carry { reply(isStored) }
            }
            for report in reports where world.checker.hasEnded(report.order) { world.note(.lateReport) }
            guard world.plan.defect == .acknowledgesEarly else { return send(messages, engine, answer) }
            answer(true)
            send(messages, engine) { _ in }
        }
    }

    /// Has the messages decided by the process's own engine, or puts them into their inboxes.
    private func send(_ messages: [Message], _ engine: EngineProcess, _ reply: @escaping (Bool) -> Void) {
        let isHasty = world.plan.defect == .directAcknowledgesEarly
        let isOffered =
            world.scenario.isDirect
            && engine.offer(messages) { [self] isDurable in
                if isHasty { return }
                guard isDurable else {
                    world.note(.directDeclined)
                    return put(messages, engine, reply)
                }
                world.note(.decidedDirectly)
                reply(true)
            }
        guard isOffered else { return put(messages, engine, reply) }
        if isHasty { reply(true) }
    }

    private func put(_ messages: [Message], _ engine: EngineProcess, _ reply: @escaping (Bool) -> Void) {
        world.store.call(engine, .write, { store in store.send(messages) }) { result in
            guard case .success(let answered) = result else { return reply(false) }
            engine.handOver(messages.filter { !answered.contains($0.key) })
            reply(true)
        }
    }

    private func message(for report: Report, from node: String, _ engine: EngineProcess) -> Message? {
        guard let order = OrderID(report.order), let domainReport = HostReport(report) else { return nil }
        let message = RolloutMessage.report(domainReport, node: node)
        return envelope(
            Rollout.stream(order.rollout),
            message,
            id: "\(report.order)/\(report.sequence)/\(node)",
            by: "node/\(node)",
            engine
        )
    }

    /// Waits for the node's oldest order; `reply` hears of it, of none, or nothing.
    func nextOrder(for node: String, reply: @escaping (OrderEnvelope?) -> Void) {
        world.network.carry { [self] in
            guard let engine = anyEngine() else { return }
            look(node, engine) { [self] envelope in world.network.carry { reply(envelope) } }
        }
    }

    /// Whether the order is withdrawn; `reply` hears of it, or nothing.
    func standing(of order: String, for node: String, reply: @escaping (OrderStanding) -> Void) {
        world.network.carry { [self] in
            guard let engine = anyEngine() else { return }
            world.store.call(engine, .read, { $0.tables.oldestOrders(for: [node]).first }) { [self] result in
                guard case .success(let oldest) = result else { return }
                let isWithdrawn = oldest.map { $0.id == order && $0.isWithdrawn } ?? false
                world.network.carry { reply(OrderStanding(isWithdrawn: isWithdrawn)) }
            }
        }
    }

    /// There are orders for the nodes: open polls look again.
    func ordersIssued(_ nodes: [String]) {
        for node in nodes {
            guard let waiting = waiters.removeValue(forKey: node) else { continue }
            for look in waiting { world.schedule(after: world.random.milliseconds(0...500), look) }
        }
    }

    private func look(_ node: String, _ engine: EngineProcess, _ answer: @escaping (OrderEnvelope?) -> Void) {
        world.store.call(engine, .read, { store in store.tables.oldestOrders(for: [node]).first }) { [self] result in
            guard case .success(let order) = result else { return answer(nil) }
            if let order { return answer(envelope(of: order)) }
            var isAnswered = false
            waiters[node, default: []].append(
                engineCallback(engine) { [self] in
                    isAnswered = true
                    look(node, engine, answer)
                }
            )
            engine.after(.seconds(1_800)) { if !isAnswered { answer(nil) } }
        }
    }

    private func engineCallback(_ engine: EngineProcess, _ body: @escaping () -> Void) -> () -> Void {
        let callback = engine.callback { (_: Bool) in body() }
        return { callback(true) }
    }

    private func envelope(of order: StoredOrder) -> OrderEnvelope? {
        do {
            var envelope = try DomainJSON.decode(OrderEnvelope.self, from: order.body)
            if order.isWithdrawn { envelope.isWithdrawn = true }
            return envelope
        } catch {
            world.violate(.onlyOrdered, "the body of order \(order.id) does not read: \(error)")
            return nil
        }
    }

    // MARK: - People

    /// Asks a stream and waits for its durable answer; `reply` hears of it, or nothing.
    func ask(
        _ stream: StreamID,
        _ message: some DomainMessage,
        id: String,
        by actor: String,
        reply: @escaping (Answer) -> Void
    ) {
        world.schedule(after: world.random.milliseconds(1...100)) { [self] in
            guard let engine = anyEngine(), let message = envelope(stream, message, id: id, by: actor, engine) else {
                return
            }
            let restores = world.store.restores
            send([message], engine) { [self] isStored in
                guard isStored else { return }
                acknowledge([message], since: restores)
                awaitAnswer(to: message.key, engine, tries: 20, reply)
            }
        }
    }

    private func awaitAnswer(
        to key: MessageKey,
        _ engine: EngineProcess,
        tries: Int,
        _ reply: @escaping (Answer) -> Void
    ) {
        guard tries > 0 else { return }
        if let answer = world.store.tables.answers(to: [key])[key] { return reply(answer) }
        engine.after(.seconds(1)) { [self] in awaitAnswer(to: key, engine, tries: tries - 1, reply) }
    }

    // MARK: - Steps

    /// What was stored before the database was brought back is lost by the act of a person, though it is acknowledged behind it.
    private func acknowledge(_ messages: [Message], since restores: Int) {
        if restores == world.store.restores { world.checker.acknowledged(messages.map(\.key)) }
    }

    private func anyEngine() -> EngineProcess? {
        let up = world.engines.filter { $0.isUp && !$0.isPaused }
        return up.isEmpty ? nil : world.random.one(of: up)
    }

    private func envelope(
        _ stream: StreamID,
        _ message: some DomainMessage,
        id: String,
        by actor: String,
        _ engine: EngineProcess
    ) -> Message? {
        do {
            return Message(
                id: id,
                stream: stream,
                kind: message.kind,
                body: try DomainJSON.encode(message),
                actor: actor,
                receivedAt: world.now + engine.clockOffset
            )
        } catch {
            world.violate(.worldGoesOn, "a message does not encode: \(error)")
            return nil
        }
    }
}
