/// Random numbers that a seed repeats.
package struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// One of several sources of one seed.
    package init(seed: UInt64, stream: UInt64) {
        var mixed = RandomSource(seed: seed &+ stream &* 0x9e37_79b9_7f4a_7c15)
        state = mixed.next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension RandomNumberGenerator {
    mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func seconds(_ range: ClosedRange<Int>) -> Duration {
        .microseconds(Int.random(in: range.lowerBound * 1_000_000...range.upperBound * 1_000_000, using: &self))
    }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .microseconds(Int.random(in: range.lowerBound * 1_000...range.upperBound * 1_000, using: &self))
    }

    /// - Precondition: there is one.
    mutating func one<Element>(of elements: [Element]) -> Element { elements[int(0...elements.count - 1)] }
}
