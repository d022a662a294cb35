import Time

/// The few figures that decide what a rollout does next: taken from its state, then kept up with the events of one decision,
/// so that deciding never copies the arrays.
struct Outlook {
    private let rateControl: RateControl
    private let window: WindowOccurrence
    private let targetCount: Int
    private(set) var phase: RolloutPhase
    private(set) var nextIndex: Int
    private(set) var queued: Int
    private(set) var inFlight: Int
    private(set) var errors: Int
    private var forgivenErrors: Int

    init(_ state: Rollout, _ spec: RolloutSpec) {
        rateControl = spec.rateControl
        window = spec.window
        targetCount = spec.targets.count
        phase = state.phase
        nextIndex = state.nextIndex
        queued = state.queuedCount
        inFlight = state.counts.inFlight
        errors = state.errors
        forgivenErrors = state.forgivenErrors
    }

    /// How many hosts may be ordered inside the window now.
    var startable: Int {
        guard phase == .running else { return 0 }
        return rateControl.mayStart(
            inFlight: inFlight,
            waiting: queued,
            errors: errors - forgivenErrors,
            targets: targetCount
        )
    }

    var mustHalt: Bool {
        [.running, .paused].contains(phase) && rateControl.halts(errors: errors - forgivenErrors, targets: targetCount)
    }

    mutating func runsEnded(_ count: Int, errors newErrors: Int) {
        inFlight -= count
        errors += newErrors
    }

    mutating func ordered(_ count: Int) {
        nextIndex += count
        queued -= count
        inFlight += count
    }

    mutating func queueEnded() { queued = 0 }

    mutating func enter(_ phase: RolloutPhase) { self.phase = phase }

    mutating func forgive() { forgivenErrors = errors }

    /// When the order of a host that is ordered now becomes void: the delivery timeout, but at most the cutoff.
    func expiry(orderedAt now: Timestamp, deliverySeconds: Int) -> Timestamp {
        min(now + .seconds(deliverySeconds), window.cutoff)
    }

    func hasOpened(at now: Timestamp) -> Bool { window.opens <= now }

    func isPastCutoff(at now: Timestamp) -> Bool { now >= window.cutoff }
}
