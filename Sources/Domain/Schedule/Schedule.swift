package import Time

/// What starts cycles of a workflow by the clock.
///
/// The calendar is not in here: whoever decides passes in `next`, the first occurrence of a rule after a moment.
/// Occurrences that passed while nobody was there are one start, not many.
package struct Schedule: Codable, Equatable, Sendable {
    /// nil before it is defined.
    package private(set) var plan: ScheduledCycle?
    package private(set) var isEnabled = false
    package private(set) var nextAt: Timestamp?
    package private(set) var lastFiredAt: Timestamp?

    package init() {}

    package var wakeAt: Timestamp? { isEnabled ? nextAt : nil }

    package func decide(
        _ message: ScheduleMessage,
        now: Timestamp,
        actor: String,
        next: (ScheduleRule, Timestamp) -> Timestamp?
    ) throws(ScheduleRefusal) -> [ScheduleEvent] {
        switch message {
        case .define(let plan):
            guard self.plan != plan || !isEnabled else { return [] }
            return [.defined(plan, next: next(plan.rule, now), by: actor, at: now)]
        case .enable:
            guard let plan else { throw .notDefined }
            return isEnabled ? [] : [.enabled(next: next(plan.rule, now), by: actor, at: now)]
        case .disable:
            guard plan != nil else { throw .notDefined }
            return isEnabled ? [.disabled(by: actor, at: now)] : []
        case .wake:
            guard let plan, isEnabled, let due = nextAt, due <= now else { return [] }
            return [.fired(occurrence: due, next: next(plan.rule, now), at: now)]
        }
    }

    package mutating func evolve(_ event: ScheduleEvent) {
        switch event {
        case .defined(let plan, let next, _, _):
            self.plan = plan
            isEnabled = true
            nextAt = next
        case .enabled(let next, _, _):
            isEnabled = true
            nextAt = next
        case .disabled:
            isEnabled = false
            nextAt = nil
        case .fired(let occurrence, let next, _):
            lastFiredAt = occurrence
            nextAt = next
        }
    }

    package func effects(of event: ScheduleEvent) -> [ScheduleEffect] {
        guard case .fired(let occurrence, _, _) = event, let plan else { return [] }
        return [.startCycle(occurrence: occurrence, plan.start)]
    }
}

/// What a schedule starts, and when.
package struct ScheduledCycle: Codable, Equatable, Sendable {
    package var rule: ScheduleRule
    package var start: CycleStart

    package init(rule: ScheduleRule, start: CycleStart) {
        self.rule = rule
        self.start = start
    }
}
