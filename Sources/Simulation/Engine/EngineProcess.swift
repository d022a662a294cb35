import ControlPlane
import DurableStreams
import Time

/// An engine process: drives a real owner as DurableStreams' own loop does, with a store that may fail.
final class EngineProcess: Process {
    var owner: Owner
    private let types: [StreamType]
    let trap = Trap()
    /// How far its API's clock is off.
    let clockOffset: Duration
    private(set) var configuration = EngineConfiguration()
    var pace: PollPace
    var leasesDue = Moment()
    var livesUntil: Timestamp?
    /// The shards of the flush that is under way.
    var flushUnderWay: Set<Shard> = []
    var failures = 0
    var mail: [Message] = []
    var direct = DirectDesk()
    var hasBegun = false
    /// Each message is noted before it is decided, for this engine has ended too often.
    var isCareful = false
    /// What the store may know it to decide now, and what it did when it last ended.
    var suspects: [MessageKey] = []
    var fatal: [MessageKey] = []
    /// Counts its rests, to know which wake-up is the last one's.
    private var rests = 0
    private var isResting = false
    private var isKicked = false

    override init(_ name: String, _ world: World) {
        types = MutantTypes.all(orderKey: world.scenario.orderKey, defect: world.plan.defect, trap: trap)
        configuration.limits = world.scenario.limits
        configuration.lease = world.scenario.lease
        configuration.renewal = world.scenario.lease / 5
        configuration.idlePoll = .seconds(600)
        configuration.fullPoll = .seconds(120)
        pace = PollPace(configuration)
        owner = Owner(engine: name, types: types, limits: configuration.limits)
        clockOffset = world.faults.isPossible(.clockWrong) ? world.random.seconds(-20...20) : .zero
        super.init(name, world)
    }

    override func begin() {
        world.tell(name, "starts")
        owner = Owner(engine: name, types: types, limits: configuration.limits)
        pace = PollPace(configuration)
        (leasesDue, flushUnderWay, failures, mail) = (Moment(), [], 0, [])
        (isResting, isKicked, livesUntil) = (false, false, nil)
        (hasBegun, isCareful, suspects, direct) = (false, false, [], DirectDesk())
        step()
    }

    /// There is something in an inbox: what would be found by the next poll is looked for then.
    func kick() {
        guard isUp, !isPaused, !world.faults.strikes(.hintLost) else { return }
        guard isResting else { return isKicked = true }
        rest(atMost: world.random.milliseconds(0...250), isKicked: true)
    }

    /// Messages that this process itself has made durable.
    func handOver(_ messages: [Message]) {
        mail += messages
        kick()
    }

    override func crash(downFor pause: Duration) {
        if isUp {
            world.checker.ended(with: suspects)
            fatal = suspects
        }
        super.crash(downFor: pause)
    }

    /// Messages to decide without their inboxes; false when they must go through them.
    func offer(_ messages: [Message], _ reply: @escaping (Bool) -> Void) -> Bool {
        guard direct.offer(messages, reply) else { return false }
        kick()
        return true
    }

    // MARK: - The loop

    func step() {
        isResting = false
        if isKicked { pace.restart() }
        isKicked = false
        guard hasBegun else { return beginLife() }
        guard leasesDue.hasCome(world.now) else { return work() }
        renewLeases { [self] in work() }
    }

    private func work() {
        gather { [self] hasPolled in
            guard isCareful else { return decide(hasPolled) }
            takeCare(hasPolled) { [self] in decide(hasPolled) }
        }
    }

    private func decide(_ hasPolled: Bool) {
        let flush = owner.nextFlush(at: world.now)
        if isTrapped() { return }
        guard let flush else { return settle(hasPolled) }
        write(flush)
    }

    /// Waits for a hint, the next poll, the next wake-up or the next renewal.
    func settle(_ hasPolled: Bool) {
        failures = 0
        for notice in owner.takeNotices() { world.tell(name, "notices \(notice)") }
        if world.faults.strikes(.engineDrain) { return drain() }
        guard !(pace.isBehind && hasPolled), !isKicked else { return after(.milliseconds(1)) { [self] in step() } }
        var wait = pace.interval
        if let wake = owner.nextWake() { wait = min(wait, max(wake - world.now, .milliseconds(1))) }
        rest(atMost: wait, isKicked: false)
    }

    /// Gives its shards up and ends; started again a while later.
    private func drain() {
        world.tell(name, "is drained")
        let id = name
        world.store.call(self, .write, { store in store.change { $0.retire(engine: id) } }) { [self] _ in
            crash(downFor: world.random.seconds(1...600))
        }
    }

    private func rest(atMost wait: Duration, isKicked: Bool) {
        rests += 1
        isResting = true
        self.isKicked = isKicked
        let number = rests
        after(wait) { [self] in if isResting, number == rests { step() } }
    }

    func fail(_ error: StoreError) {
        failures += 1
        direct.acceptNothing()
        world.tell(name, "the store failed: \(error.code)")
        rest(
            atMost: min(configuration.firstRetry * (1 << min(failures - 1, 16)), configuration.longestRetry),
            isKicked: false
        )
    }

    /// Calls the store and goes on with its answer; a failure ends the step.
    func ask<Value>(
        _ kind: SimulatedStore.Kind,
        _ body: @escaping (SimulatedStore) throws(StoreError) -> Value,
        orElse: @escaping (StoreError) -> Void,
        then: @escaping (Value) -> Void
    ) {
        world.store.call(self, kind, body) { result in
            switch result {
            case .success(let value): then(value)
            case .failure(let error): orElse(error)
            }
        }
    }

    /// Ends or stops in the middle of what it does.
    func stumbles(times factor: Double = 1) -> Bool {
        if world.faults.strikes(.enginePause, times: factor) {
            pause(for: configuration.lease * Double.random(in: 0.3...3, using: &world.random))
        }
        guard !isSpared, world.faults.strikes(.engineCrash, times: factor) else { return false }
        crash(downFor: world.random.seconds(1...1_800))
        return true
    }
}
