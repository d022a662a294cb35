import AgentProtocol
import ControlPlane
import Crypto
import FoundationEssentials
import HostAgent
import PatchStreams
import Time

/// An agent: the real host-run machine, journal fold and order gate, driven as HostAgent's own loop does.
final class AgentProcess: Process {
    unowned let host: Host
    var state = AgentState()
    private let gate: OrderGate
    private var polls = 0
    var slotQuestions = 0
    private var isPolling = false
    private var watched: String?
    private var sends = 0
    private var isSending = false
    private var backoff = Duration.seconds(1)

    init(_ host: Host) {
        self.host = host
        gate = OrderGate(node: host.node, keys: Self.keys(host.world))
        super.init("agent \(host.node)", host.world)
    }

    private static func keys(_ world: World) -> [Curve25519.Signing.PublicKey] {
        guard let bytes = Data(base64Encoded: world.scenario.orderKey.publicKey) else { return [] }
        do {
            return [try Curve25519.Signing.PublicKey(rawRepresentation: bytes)]
        } catch {
            preconditionFailure("the order key's public half is a key: \(error)")
        }
    }

    override func begin() {
        (isPolling, isSending, backoff, watched) = (false, false, .seconds(1), nil)
        let isCopy = Machine.isAnother(host.machine, than: host.enrolledMachine)
        if isCopy, world.plan.defect != .cloneNotRefused {
            world.note(.cloneRefused)
            return stop()
        }
        do {
            let isForgetful = world.plan.defect == .journalNotFolded && life > 1
            state = isForgetful ? AgentState() : try AgentState(journal: host.journal.load())
        } catch {
            return world.violate(.worldGoesOn, "\(name) cannot read its journal: \(error)")
        }
        resume()
    }

    override func stop() {
        super.stop()
        host.isInstalling = false
    }

    // MARK: - The journal

    /// Writes the entry, folds it and goes on; the agent may end at any point of it, and the disk may be full.
    func record(_ entry: JournalEntry, orElse: @escaping () -> Void, then: () -> Void) {
        if isStruck() { return }
        let record = JournalRecord(at: state.activeRun.map { seenTime($0.order) } ?? host.now, entry)
        host.journal.isFull = world.faults.strikes(.diskFull)
        do {
            try host.journal.write(Array(JSONEncoder().encode(record)))
        } catch {
            world.note(.journalFull)
            world.tell(name, "cannot write its journal")
            return after(pause(), orElse)
        }
        if isStruck() { return }
        if world.plan.defect != .journalNotSynchronised { host.journal.synchronise() }
        if isStruck() { return }
        state.apply(record)
        then()
        pump()
    }

    /// The agent, or its host, ends here.
    func isStruck() -> Bool {
        if world.faults.strikes(.agentKill) {
            if host.isInstalling { world.note(.killedInInstall) }
            crash(downFor: world.random.seconds(1...300))
        } else if world.faults.strikes(.powerCut) {
            host.losePower(for: world.random.seconds(60...7_200))
        } else if world.faults.strikes(.rebootUnasked) {
            if state.activeRun != nil { world.note(.rebootedByOthers) }
            host.reboot()
        } else if world.faults.strikes(.hostVanishes) {
            host.losePower(for: world.random.seconds(86_400...345_600))
        } else {
            return false
        }
        return true
    }

    // MARK: - Runs

    /// Goes on with an unfinished run, or waits for an order.
    func resume() {
        guard state.activeRun != nil else { return idle() }
        world.note(.runResumed)
        record(.run(.resumed), orElse: { [self] in resume() }, then: { drive() })
    }

    /// Sends what there is, then looks for an order.
    func idle() {
        pump()
        poll()
    }

    /// Asks, beside the work on the order, whether it is still wanted.
    func watch(_ order: String) {
        guard watched != order else { return }
        watched = order
        askForStanding(of: order)
    }

    private func askForStanding(of order: String) {
        after(world.random.seconds(23...37)) { [self] in
            guard let run = state.activeRun, run.order.id == order, !run.isWithdrawn else { return }
            let replied = callback { [self] (standing: OrderStanding) in
                guard standing.isWithdrawn, let run = state.activeRun, run.order.id == order, !run.isWithdrawn else {
                    return
                }
                record(.run(.withdrawn), orElse: {}, then: {})
            }
            world.gateway.standing(of: order, for: host.node, reply: replied)
            askForStanding(of: order)
        }
    }

    // MARK: - Reports

    /// Sends the outbox; tries again as long as it is not taken.
    func pump() {
        guard isUp, !isSending, !state.outbox.isEmpty else { return }
        isSending = true
        sends += 1
        let (number, reports) = (sends, Array(state.outbox.prefix(ReportBatch.maximumCount)))
        let inventories = reports.compactMap(\.fact.digest).reduce(into: [String: Inventory]()) { found, digest in
            found[digest] = host.inventories[digest]
        }
        let replied = callback { [self] (isStored: Bool) in
            guard isSending, number == sends else { return }
            isSending = false
            guard isStored else { return after(pause()) { [self] in pump() } }
            backoff = .seconds(1)
            acknowledge(reports)
        }
        world.gateway.report(reports, inventories, of: host.node, reply: replied)
        after(.seconds(60)) { [self] in if isSending, number == sends { replied(false) } }
    }

    private func acknowledge(_ reports: [Report]) {
        var rest = Dictionary(grouping: reports, by: \.order).sorted { $0.key < $1.key }
        guard let (order, group) = rest.popLast(), let last = group.map(\.sequence).max() else { return }
        let others = rest.flatMap(\.value)
        record(
            .acknowledged(order: order, sequence: last),
            orElse: { [self] in pump() },
            then: {
                acknowledge(others)
                if state.outbox.isEmpty, state.activeRun == nil { poll() }
            }
        )
    }

    // MARK: - Orders

    private func poll() {
        guard isUp, !isPolling, state.activeRun == nil, state.outbox.isEmpty else { return }
        if isStruck() { return }
        isPolling = true
        polls += 1
        let number = polls
        let replied = callback { [self] (envelope: OrderEnvelope?) in
            guard isPolling, number == polls else { return }
            isPolling = false
            guard let envelope else { return after(pause()) { [self] in idle() } }
            receive(envelope)
        }
        world.gateway.nextOrder(for: host.node, reply: replied)
        after(.seconds(2_000)) { [self] in if isPolling, number == polls { replied(nil) } }
    }

    private func receive(_ genuine: OrderEnvelope) {
        guard state.activeRun == nil else { return }
        var envelope = genuine
        if world.faults.strikes(.tampering) { envelope.payload = envelope.payload.replacing("2.0", with: "4.0") }
        let isForged = envelope != genuine
        switch reception(of: envelope) {
        case .take(let order):
            record(.taken(order), orElse: { [self] in idle() }) {
                backoff = .seconds(1)
                world.tell(name, "takes \(order.id)")
                world.judge { () throws(Violation) in try world.checker.took(order, host) }
                drive()
            }
        case .repeated(let report):
            world.note(.orderOfferedAgain)
            record(.queued(report, isBinding: true), orElse: { [self] in idle() }, then: { wait() })
        case .refuse(let refusal, let report):
            if isForged, refusal.reason == .badSignature { world.note(.forgedOrderRefused) }
            if [.expired, .pastCutoff].contains(refusal.reason) { world.note(.expiredOrderRefused) }
            world.tell(name, "refuses \(refusal.order ?? "an order"): \(refusal.reason.rawValue)")
            guard let report else { return wait() }
            record(.queued(report, isBinding: refusal.isBinding), orElse: { [self] in idle() }, then: { wait() })
        }
    }

    private func reception(of envelope: OrderEnvelope) -> Reception {
        guard world.plan.defect == .signatureIgnored else {
            return state.receive(envelope, through: gate, at: host.now)
        }
        do {
            let order = try DomainJSON.decode(Order.self, from: envelope.payload)
            return state.result(of: order.id).map(Reception.repeated) ?? .take(order)
        } catch {
            return state.receive(envelope, through: gate, at: host.now)
        }
    }

    /// An order that is not done may be offered again at once, and for ever.
    private func wait() { after(pause()) { [self] in idle() } }

    /// Longer each time, with jitter.
    private func pause() -> Duration {
        defer { backoff = min(backoff * 2, .seconds(300)) }
        return backoff * Double.random(in: 0.5...1, using: &world.random)
    }
}

extension HostRunFact {
    /// Of the inventory that must be there before the report is.
    var digest: String? {
        switch self {
        case .scanned(let digest): digest
        case .installed(let result): result.inventory
        case .failed(_, _, let digest, _): digest
        case .accepted, .refused, .installing, .rebooting, .verifying, .ran: nil
        }
    }
}
