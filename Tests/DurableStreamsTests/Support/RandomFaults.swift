import DurableStreams
import Synchronization

/// One call in eight goes wrong, in a way that the seed decides.
final class RandomFaults: Sendable {
    private let random: Mutex<SplitMix64?>

    init(seed: UInt64) { random = Mutex(SplitMix64(seed: seed)) }

    func next(_ call: InMemoryStore.Call) -> InMemoryStore.Fault? {
        random.withLock { random in
            guard var generator = random else { return nil }
            defer { random = generator }
            guard Int.random(in: 0..<8, using: &generator) == 0 else { return nil }
            let faults: [InMemoryStore.Fault] = [.fail, .loseAnswer, .loseCall]
            return faults.randomElement(using: &generator)
        }
    }

    /// From now on nothing goes wrong.
    func stop() { random.withLock { $0 = nil } }
}
