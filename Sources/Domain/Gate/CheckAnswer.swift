package import Time

/// What a worker found when it asked a gate's check.
package struct CheckAnswer: Codable, Equatable, Sendable {
    /// Which question of the check it answers, from 1.
    package var round: Int
    /// By the worker's clock, before it asked: how old the answer is counts from here.
    package var askedAt: Timestamp
    package var passed: Bool
    /// The value against the limit, or why there is none: `0.08`, `status 503`, `no answer within 10 s`.
    package var found: String

    package init(round: Int, askedAt: Timestamp, passed: Bool, found: String) {
        self.round = round
        self.askedAt = askedAt
        self.passed = passed
        self.found = found
    }
}

/// How far a check of an open gate has come.
package struct CheckProgress: Codable, Equatable, Sendable {
    /// The question whose answer is awaited; answers to others come late, or twice.
    package internal(set) var round = 1
    package internal(set) var latest: CheckAnswer?
    package internal(set) var failuresInARow = 0
    /// A person's decision to go on though it failed.
    package internal(set) var waiver: CycleResumption?

    package init() {}

    /// Whether nothing of the check keeps the gate from being passed at the moment.
    package func holds(_ check: GateCheck, at moment: Timestamp) -> Bool {
        if waiver != nil { return true }
        guard let latest, latest.passed else { return false }
        return moment < latest.askedAt + .seconds(check.freshSeconds)
    }

    mutating func take(_ answer: CheckAnswer) {
        latest = answer
        failuresInARow = answer.passed ? 0 : failuresInARow + 1
        round += 1
    }
}
