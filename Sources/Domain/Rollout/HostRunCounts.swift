/// How many host runs are in each state.
package struct HostRunCounts: Equatable, Sendable {
    private var values = [Int](repeating: 0, count: HostRunState.allCases.count)

    package init() {}

    package subscript(_ state: HostRunState) -> Int {
        get { values[Int(state.rawValue)] }
        set { values[Int(state.rawValue)] = newValue }
    }

    package var total: Int { values.reduce(0, +) }
    package var inFlight: Int { HostRunState.allCases.filter(\.isInFlight).reduce(0) { $0 + self[$1] } }
    package var terminal: Int { HostRunState.allCases.filter(\.isTerminal).reduce(0) { $0 + self[$1] } }
    /// What gates, error budgets and people count as failures; not hosts that could not be reached, or were asked at a bad time.
    package var failed: Int { self[.failed] + self[.timedOut] }

    package static func + (left: Self, right: Self) -> Self {
        var sum = left
        for state in HostRunState.allCases { sum[state] += right[state] }
        return sum
    }
}

/// An object of the counts that are not zero, by the states' names.
extension HostRunCounts: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for state in HostRunState.allCases {
            self[state] = try container.decodeIfPresent(Int.self, forKey: Key(stringValue: state.name)) ?? 0
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for state in HostRunState.allCases where self[state] != 0 {
            try container.encode(self[state], forKey: Key(stringValue: state.name))
        }
    }
}
