package import AgentProtocol
import Domain
import DurableStreams
import PatchStreams
package import ReadModels
import Time

/// Gives out the slots without which hosts of a group do not reboot: to agents, to FleetLock's clients, and back from both.
package struct RebootSlotService: Sendable {
    private let desk: MessageDesk
    private let reader: StreamReader
    private let agents: AgentService

    init(desk: MessageDesk, reader: StreamReader, agents: AgentService) {
        self.desk = desk
        self.reader = reader
        self.agents = agents
    }

    // MARK: - Agents

    /// A slot of the group that the node's present order names, or how long to wait.
    ///
    /// - Throws: ``Problem`` 409 when the order is not the node's present one, or needs no slot.
    package func ask(_ request: RebootSlotRequest, from node: String) async throws -> RebootSlotAnswer {
        let envelope = try await agents.storedOrder(for: node)
        let order = try envelope.map { try DomainJSON.decode(Order.self, from: $0.payload) }
        guard let order, order.id == request.order, let group = order.rebootSlot else {
            let detail =
                "\(node) has no order \(request.order.prefix(256)) that needs a reboot slot: it is over, or another's"
            throw Problem(status: 409, code: "order-without-slot", detail: detail)
        }
        let holder = RebootSlotHolder.name(ofNode: node)
        let slots = try await send(.ask(holder: holder, purpose: order.id, mayQueue: true), to: group, by: holder)
        let retry = Int(RebootSlots.retry.components.seconds)
        guard let held = slots.holding(holder), held.purpose == order.id else {
            return RebootSlotAnswer(grant: nil, retrySeconds: retry, detail: slots.shortage(at: desk.now()))
        }
        let seconds = max(0, Int((held.until - desk.now()).components.seconds))
        let grant = RebootSlotGrant(fence: held.fence, seconds: seconds)
        return RebootSlotAnswer(grant: grant, retrySeconds: retry, detail: "")
    }

    /// Takes back what the node holds by that grant; an older one's changes nothing.
    package func release(_ release: RebootSlotRelease, from node: String) async throws {
        let holder = RebootSlotHolder.name(ofNode: node)
        _ = try await send(.release(holder: holder, fence: release.fence), to: release.slot, by: holder)
    }

    // MARK: - FleetLock

    /// What a client hears whose request is understood.
    package enum FleetLockAnswer: Equatable, Sendable {
        case done
        /// No policy has opened such a group to FleetLock.
        case unknownGroup
        /// Who holds the slots, for people.
        case full(String)
    }

    /// A slot for the client, which may have one already.
    ///
    /// It has no place in the queue: those who prove nothing must not fill it.
    package func lock(group: String, client: String) async throws -> FleetLockAnswer {
        guard try await isOpen(group) else { return .unknownGroup }
        let holder = RebootSlotHolder.name(ofFleetLock: client)
        let purpose = RebootSlotHolder.fleetLockPurpose
        let slots = try await send(.ask(holder: holder, purpose: purpose, mayQueue: false), to: group, by: holder)
        return slots.holding(holder) == nil ? .full(slots.shortage(at: desk.now())) : .done
    }

    /// Takes back what the client holds, if it holds anything.
    package func unlock(group: String, client: String) async throws -> FleetLockAnswer {
        guard try await isOpen(group) else { return .unknownGroup }
        let holder = RebootSlotHolder.name(ofFleetLock: client)
        _ = try await send(.release(holder: holder, fence: nil), to: group, by: holder)
        return .done
    }

    // MARK: - People

    /// Those of the present policy.
    package func groups() async throws -> [RebootSlotsView] {
        var views: [RebootSlotsView] = []
        for group in try await reader.policy().policy?.rebootSlots ?? [] { views.append(try await view(group.name)) }
        return views
    }

    /// - Throws: ``Problem`` 404 for a group that no policy has had.
    package func view(_ group: String) async throws -> RebootSlotsView {
        guard let view = RebootSlotsView(try await state(group), at: desk.now()) else {
            let refusal = RebootSlotsRefusal.unknownGroup
            throw Problem(status: 404, code: refusal.code, detail: refusal.detail)
        }
        return view
    }

    /// Frees a slot in its holder's place.
    package func free(_ group: String, _ request: ReleaseRebootSlot, key: String?) async throws -> RebootSlotsView {
        let person = try PersonName.check(request.by)
        guard (1...500).contains(request.reason.utf8.count) else {
            let detail =
                "to release a reboot slot needs a reason of 1 to 500 bytes, for the log; give one with --reason"
            throw Problem(status: 400, code: "reason-missing", detail: detail)
        }
        _ = try await view(group)
        let message = RebootSlotsMessage.free(holder: request.holder, reason: request.reason)
        let id = "\(message.kind)/\(key ?? Secret.identifier())"
        try await desk.ask(RebootSlots.stream(group), message, id: id, by: person)
        return try await view(group)
    }

    // MARK: - Steps

    private func isOpen(_ group: String) async throws -> Bool {
        try await state(group).group?.isOpenToFleetLock ?? false
    }

    private func state(_ group: String) async throws -> RebootSlots {
        guard RebootSlotGroup.isName(group) else { return RebootSlots() }
        return try await reader.fold(DomainDecider<RebootSlots>.withoutEffects, RebootSlots.stream(group))?.state
            ?? RebootSlots()
    }

    /// The state after the message, which is sent only if it would change anything: who waits asks often.
    private func send(_ message: RebootSlotsMessage, to group: String, by actor: String) async throws -> RebootSlots {
        let before = try await state(group)
        do throws(RebootSlotsRefusal) {
            if try before.decide(message, now: desk.now(), actor: actor).isEmpty { return before }
        } catch {
            throw Problem(status: 409, code: error.code, detail: error.detail)
        }
        let id = "\(message.kind)/\(Secret.identifier())"
        try await desk.ask(RebootSlots.stream(group), message, id: id, by: actor)
        return try await state(group)
    }
}

extension RebootSlots {
    /// Why there is none, in words.
    fileprivate func shortage(at now: Timestamp) -> String {
        let names = holders.prefix(3).map { "\($0.name) until \($0.isOverdue ? "it is back" : $0.until.description)" }
        let more = holders.count > names.count ? " and \(holders.count - names.count) more" : ""
        let waiting = waiting(at: now).count
        return "of the \(group?.slots ?? 0) reboot slots of \(group?.name ?? "") \(holders.count) are held"
            + (names.isEmpty ? "" : ", by \(names.joined(separator: ", "))\(more)") + "; \(waiting) wait"
    }
}
