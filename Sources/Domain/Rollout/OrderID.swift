/// The id of an order, `ROLLOUT#INDEX#ATTEMPT`: unique for ever.
package struct OrderID: Equatable, Sendable, CustomStringConvertible {
    package var rollout: String
    /// The target's index in its rollout.
    package var index: Int
    /// From 1.
    package var attempt: Int

    package init(rollout: String, index: Int, attempt: Int) {
        self.rollout = rollout
        self.index = index
        self.attempt = attempt
    }

    /// Reads ``description``; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count >= 3, let index = Int(parts[parts.count - 2]), let attempt = Int(parts[parts.count - 1]),
            index >= 0, attempt >= 1
        else { return nil }
        self.init(rollout: parts.dropLast(2).joined(separator: "#"), index: index, attempt: attempt)
        guard !rollout.isEmpty, description == text else { return nil }
    }

    package var description: String { "\(rollout)#\(index)#\(attempt)" }
}
