package import Time

/// Whose time an engine decides by.
package enum EngineTime: Sendable {
    /// The store's: engines on machines whose clocks differ then agree on it.
    case store
    /// The given clock's, for tests and simulation.
    case given(@Sendable () -> Timestamp)
}

/// The time between two answers of the store.
struct EngineClock {
    private let time: EngineTime
    /// What the store's clock showed, and when that was learned by a clock that nobody sets.
    private var reading: (time: Timestamp, at: ContinuousClock.Instant)?

    init(_ time: EngineTime) { self.time = time }

    mutating func read(_ store: Timestamp) { reading = (store, .now) }

    /// nil until the store has told it.
    var now: Timestamp? {
        switch time {
        case .given(let now): now()
        case .store: reading.map { $0.time + (ContinuousClock.now - $0.at) }
        }
    }
}
