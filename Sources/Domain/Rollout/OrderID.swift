/// The id of an order, `ROLLOUT#INDEX#ATTEMPT`, the last in base 36: unique for ever, whatever the database is restored to.
package struct OrderID: Equatable, Sendable, CustomStringConvertible {
    package var rollout: String
    /// The target's index in its rollout.
    package var index: Int
    /// From 1; ``RolloutSpec/attempt``.
    package var attempt: Int

    package init(rollout: String, index: Int, attempt: Int) {
        self.rollout = rollout
        self.index = index
        self.attempt = attempt
    }

    /// Reads ``description``; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count >= 3, let index = Int(parts[parts.count - 2]), index >= 0,
            let attempt = Int(parts[parts.count - 1], radix: 36), attempt >= 1
        else { return nil }
        self.init(rollout: parts.dropLast(2).joined(separator: "#"), index: index, attempt: attempt)
        guard !rollout.isEmpty, description == text else { return nil }
    }

    package var description: String { "\(rollout)#\(index)#\(String(attempt, radix: 36))" }
}
