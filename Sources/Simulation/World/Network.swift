/// What lies between agents and the API: messages are late, lost, doubled and overtake each other.
final class Network {
    private unowned let world: World

    init(_ world: World) { self.world = world }

    /// Carries a message; `arrive` may be called never, once or twice.
    func carry(_ arrive: @escaping () -> Void) {
        if world.faults.strikes(.networkDrops) { return }
        world.schedule(after: delay(), arrive)
        guard world.faults.strikes(.networkDuplicates) else { return }
        world.schedule(after: delay() + world.random.seconds(0...7_200), arrive)
    }

    private func delay() -> Duration {
        let usual = world.random.milliseconds(1...200)
        return world.faults.strikes(.networkDelays) ? usual + world.random.seconds(1...1_800) : usual
    }
}
