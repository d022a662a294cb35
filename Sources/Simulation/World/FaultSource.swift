import Time

/// Decides when faults strike: each has its own random numbers, so that the others stay the same without it.
struct FaultSource {
    private var rates: [Fault: Double] = [:]
    private var randoms: [Fault: RandomSource] = [:]
    /// From then on nothing goes wrong.
    private(set) var healedAt: Timestamp?

    /// A swarm: each world has some faults only, each at its own rate.
    init(seed: UInt64, without excluded: Set<Fault>) {
        for fault in Fault.allCases {
            // By its name, so that a new fault leaves the numbers of the others alone.
            let stream = fault.rawValue.utf8.reduce(1_000) { $0 &* 31 &+ UInt64($1) }
            var random = RandomSource(seed: seed, stream: stream)
            let scale = random.one(of: [0, 0, 0.3, 1, 1, 3])
            rates[fault] = excluded.contains(fault) ? 0 : min(0.9, fault.rate * scale)
            randoms[fault] = random
        }
    }

    var isHealed: Bool { healedAt != nil }

    mutating func heal(at moment: Timestamp) { healedAt = moment }

    func isPossible(_ fault: Fault) -> Bool { !isHealed && (rates[fault] ?? 0) > 0 }

    /// - Parameter factor: how much likelier than usual it is here.
    mutating func strikes(_ fault: Fault, times factor: Double = 1) -> Bool {
        guard !isHealed, let rate = rates[fault], rate > 0 else { return false }
        return randoms[fault]?.chance(min(0.95, rate * factor)) ?? false
    }
}
