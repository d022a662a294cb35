import Foundation
import Scheduling
import Testing
import Time

func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

func wall(_ text: String) throws -> WallTime { try #require(WallTime(text)) }

func time(_ text: String) throws -> TimeOfDay { try #require(TimeOfDay(text)) }

/// Deterministic random numbers: a seed in a failure's message plays it again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func one<Element>(of choices: [Element]) throws -> Element {
        try #require(choices.randomElement(using: &self))
    }
}

/// What is asked of the random tests from outside.
enum Environment {
    /// Whether a case is to be played: all are, but for SCHEDULE_SEED.
    static func isWanted(seed: Int) -> Bool { number("SCHEDULE_SEED").map { $0 == seed } ?? true }

    /// The number in an environment variable; nil when there is none.
    static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }
}
