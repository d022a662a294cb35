package import Time

/// A group of hosts of which only so many may be down for a reboot at a time: a counting semaphore of leases.
///
/// The slot of a host that does not come back is named when its lease ends; what happens then is the group's rule. Who waits keeps its place by
/// asking again.
package struct RebootSlots: EventSourced {
    /// How many wait at most; others ask again and come in as places get free.
    package static let maximumQueue = 100
    /// When who waits should ask again.
    package static let retry = Duration.seconds(30)
    /// After so long without asking again, who waits has lost its place.
    static let patience = Duration.seconds(180)
    /// Asking again sooner than this is not worth an event.
    static let waitingGrain = Duration.seconds(90)

    /// How many grants a holder gets in one hour of the clock: events are for ever.
    package static let grantsPerHour = 20
    /// The same of all clients of FleetLock together, whose names prove nothing.
    package static let fleetLockGrantsPerHour = 200

    /// nil before a policy has it.
    package private(set) var group: RebootSlotGroup?
    package private(set) var holders: [RebootSlotHolder] = []
    /// First come, first served.
    package private(set) var queue: [RebootSlotWaiter] = []
    private var lastFence: Int64 = 0
    /// The grants of the last hour that had any, by ``RebootSlotHolder/budget(of:)``; nil before the first.
    private var grants: [String: EventHour]?
    /// The time of the last event.
    private var clock = Timestamp(microseconds: .min)

    package init() {}

    package var wakeAt: Timestamp? { holders.filter { !$0.isOverdue }.map(\.until).min() }

    package func decide(
        _ message: RebootSlotsMessage,
        now: Timestamp,
        actor: String
    ) throws(RebootSlotsRefusal) -> [RebootSlotsEvent] {
        let now = max(now, clock)
        if case .configure(let group) = message { return group == self.group ? [] : [.configured(group, at: now)] }
        guard let group else {
            if case .wake = message { return [] }
            throw .unknownGroup
        }
        let ends = leaseEnds(group, now)
        var current = self
        for event in ends { current.evolve(event) }
        switch message {
        case .ask(let holder, let purpose, let mayQueue):
            let waiter = RebootSlotWaiter(name: holder, purpose: purpose, askedAt: now)
            return ends + current.answer(waiter, mayQueue: mayQueue, group)
        case .release(let holder, let fence):
            return ends + current.release(holder, fence, by: actor, now)
        case .ended(let holder, let order, let isBack):
            return ends + current.end(order, of: holder, isBack: isBack, by: actor, now)
        case .free(let holder, let reason):
            guard let held = current.holding(holder) else { throw .notHeld(holder: holder, group: group.name) }
            return ends + [held.released(by: actor, reason: reason, at: now)]
        case .configure, .wake: return ends
        }
    }

    package mutating func evolve(_ event: RebootSlotsEvent) {
        clock = max(clock, event.at)
        switch event {
        case .configured(let group, _): self.group = group
        case .queued(let waiter, _):
            if let index = queue.firstIndex(where: { $0.name == waiter.name }) {
                queue[index] = waiter
            } else {
                queue = waiting(at: event.at) + [waiter]
            }
        case .left(let holder, _, _, _): queue.removeAll { $0.name == holder }
        case .granted(let holder, _):
            queue = waiting(at: event.at).filter { $0.name != holder.name }
            holders.removeAll { $0.name == holder.name }
            holders.append(holder)
            lastFence = max(lastFence, holder.fence)
            countGrant(to: holder.name, event.at)
        case .renewed(_, let fence, let until, _):
            change(fence) { ($0.until, $0.isOverdue) = (until, false) }
        case .released(_, _, let fence, _, _, _), .expired(_, _, let fence, _):
            holders.removeAll { $0.fence == fence }
        case .overdue(_, _, let fence, _): change(fence) { $0.isOverdue = true }
        }
    }

    package func effects(of event: RebootSlotsEvent) -> [RebootSlotsEffect] { [] }

    // MARK: - Questions

    package func holding(_ name: String) -> RebootSlotHolder? { holders.first { $0.name == name } }

    /// Those who still ask, in their turn.
    package func waiting(at moment: Timestamp) -> [RebootSlotWaiter] {
        queue.filter { moment - $0.askedAt < Self.patience }
    }

    // MARK: - Steps

    private mutating func change(_ fence: Int64, _ body: (inout RebootSlotHolder) -> Void) {
        guard let index = holders.firstIndex(where: { $0.fence == fence }) else { return }
        body(&holders[index])
    }

    private func leaseEnds(_ group: RebootSlotGroup, _ now: Timestamp) -> [RebootSlotsEvent] {
        holders.filter { $0.until <= now }.compactMap { held in
            switch group.releaseWhen {
            case .expired: .expired(holder: held.name, purpose: held.purpose, fence: held.fence, at: now)
            case .back where held.isOverdue: nil
            case .back: .overdue(holder: held.name, purpose: held.purpose, fence: held.fence, at: now)
            }
        }
    }

    /// Those of hours before are forgotten.
    private mutating func countGrant(to name: String, _ moment: Timestamp) {
        let budget = RebootSlotHolder.budget(of: name)
        let hour = EventHour(moment, after: grants?[budget])
        if grants?.values.first?.hour != hour.hour { grants = [:] }
        grants?[budget] = hour
    }

    private func mayBeGranted(_ name: String, at now: Timestamp) -> Bool {
        let budget = RebootSlotHolder.budget(of: name)
        let most = budget == name ? Self.grantsPerHour : Self.fleetLockGrantsPerHour
        return EventHour(now, after: grants?[budget]).count <= most
    }

    /// `self` has no lease that is over but those that are overdue.
    private func answer(_ asking: RebootSlotWaiter, mayQueue: Bool, _ group: RebootSlotGroup) -> [RebootSlotsEvent] {
        let now = asking.askedAt
        let lease = Duration.seconds(group.leaseSeconds)
        if let held = holding(asking.name) {
            // Another order of the same host: it is down or up once, and its old order's release must not free it.
            guard held.purpose == asking.purpose else {
                guard mayBeGranted(asking.name, at: now) else { return [] }
                return [held.released(by: asking.name, at: now), grant(asking, until: now + lease)]
            }
            guard held.until - now < lease / 2 else { return [] }
            return [.renewed(holder: held.name, fence: held.fence, until: now + lease, at: now)]
        }
        // It does not keep a place in the queue either, where others stand behind it.
        guard mayBeGranted(asking.name, at: now) else { return [] }
        let waiting = waiting(at: now)
        let place = waiting.firstIndex { $0.name == asking.name }
        if holders.count + (place ?? waiting.count) < group.slots { return [grant(asking, until: now + lease)] }
        if let place {
            let isNews = waiting[place].purpose != asking.purpose || now - waiting[place].askedAt >= Self.waitingGrain
            return isNews ? [.queued(asking, at: now)] : []
        }
        return mayQueue && waiting.count < Self.maximumQueue ? [.queued(asking, at: now)] : []
    }

    private func grant(_ asking: RebootSlotWaiter, until: Timestamp) -> RebootSlotsEvent {
        let holder = RebootSlotHolder(
            name: asking.name,
            purpose: asking.purpose,
            grantedAt: asking.askedAt,
            until: until,
            fence: lastFence + 1
        )
        return .granted(holder, at: asking.askedAt)
    }

    private func release(_ name: String, _ fence: Int64?, by actor: String, _ now: Timestamp) -> [RebootSlotsEvent] {
        guard let held = holding(name), fence == nil || fence == held.fence else { return [] }
        return [held.released(by: actor, at: now)]
    }

    /// An order that was given later proves as well that an overdue holder is back.
    private func end(
        _ order: String,
        of name: String,
        isBack: Bool,
        by actor: String,
        _ now: Timestamp
    ) -> [RebootSlotsEvent] {
        let left = queue.filter { $0.name == name && $0.purpose == order }.map { waiter in
            RebootSlotsEvent.left(holder: waiter.name, purpose: order, heldBy: holders.map(\.name), at: now)
        }
        guard isBack, let held = holding(name), held.purpose == order || held.isOverdue else { return left }
        return left + [held.released(by: actor, at: now)]
    }
}

/// Nothing: who wants a slot asks for it.
package enum RebootSlotsEffect: Equatable, Sendable {}

extension RebootSlotHolder {
    fileprivate func released(by actor: String, reason: String? = nil, at now: Timestamp) -> RebootSlotsEvent {
        .released(holder: name, purpose: purpose, fence: fence, by: actor, reason: reason, at: now)
    }
}
