import Time

/// A program that runs on a machine: it may crash at any point between two effects, be paused, and start again.
class Process {
    unowned let world: World
    let name: String
    /// Counts its starts; what an earlier life asked for does not reach a later one.
    private(set) var life = 0
    private(set) var isUp = false
    private var pausedUntil = Timestamp(microseconds: .min)

    init(_ name: String, _ world: World) {
        self.name = name
        self.world = world
    }

    /// Starts with an empty memory.
    func start() {
        life += 1
        isUp = true
        pausedUntil = Timestamp(microseconds: .min)
        begin()
    }

    /// What it does first; for subclasses.
    func begin() {}

    /// Ends at once; nothing it asked for is answered.
    func stop() { isUp = false }

    func crash(downFor pause: Duration) {
        guard isUp else { return }
        world.tell(name, "crashes")
        stop()
        let life = life
        world.schedule(after: pause) { [self] in if !isUp, life == self.life { start() } }
    }

    func pause(for duration: Duration) {
        guard isUp else { return }
        world.tell(name, "is paused for \(duration.components.seconds) s")
        pausedUntil = world.now + duration
    }

    var isPaused: Bool { pausedUntil > world.now }

    /// Goes on later, unless it has crashed by then.
    func after(_ delay: Duration, _ body: @escaping () -> Void) {
        let life = life
        world.schedule(after: delay) { [self] in proceed(life, body) }
    }

    /// A callback into the life of now, for others to call.
    func callback<Value>(_ body: @escaping (Value) -> Void) -> (Value) -> Void {
        let life = life
        return { [self] value in proceed(life) { body(value) } }
    }

    private func proceed(_ life: Int, _ body: @escaping () -> Void) {
        guard isUp, life == self.life else { return }
        guard !isPaused else { return world.schedule(at: pausedUntil) { [self] in proceed(life, body) } }
        body()
    }
}
