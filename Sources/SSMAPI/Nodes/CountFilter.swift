/// SSM's `InstancePatchStateFilter`: by one of a node's counts.
struct CountFilter: Decodable, Sendable {
    enum Comparison: String, CaseIterable, Decodable, Sendable {
        case equal = "Equal"
        case notEqual = "NotEqual"
        case lessThan = "LessThan"
        case greaterThan = "GreaterThan"
    }

    var key: String
    var values: [String]
    var type: Comparison

    /// - Throws: ``SSMError``, `InvalidFilter`, for a key that is none and a value that is no number.
    var test: @Sendable (PatchStateView) -> Bool {
        get throws(SSMError) {
            guard let count = PatchStateView.counts[key] else {
                let keys = PatchStateView.counts.keys.sorted().joined(separator: ", ")
                throw SSMError("InvalidFilter", "The filter key \(key) is none of \(keys).")
            }
            guard let number = values.first.flatMap({ Int($0) }) else {
                throw SSMError("InvalidFilter", "The value of the filter \(key) is not a number.")
            }
            let type = type
            return { view in
                switch type {
                case .equal: count(view) == number
                case .notEqual: count(view) != number
                case .lessThan: count(view) < number
                case .greaterThan: count(view) > number
                }
            }
        }
    }
}
