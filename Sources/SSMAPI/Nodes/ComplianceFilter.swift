/// SSM's `ComplianceStringFilter`.
struct ComplianceFilter: Decodable, Sendable {
    enum Comparison: String, CaseIterable, Decodable, Sendable {
        case equal = "EQUAL"
        case notEqual = "NOT_EQUAL"
        case beginWith = "BEGIN_WITH"
        case lessThan = "LESS_THAN"
        case greaterThan = "GREATER_THAN"
    }

    var key: String?
    var values: [String]?
    var type: Comparison?

    fileprivate func holds(for found: String) -> Bool {
        let wanted = values ?? []
        return switch type ?? .equal {
        case .equal: wanted.contains(found)
        case .notEqual: !wanted.contains(found)
        case .beginWith: wanted.contains { found.hasPrefix($0) }
        case .lessThan: wanted.contains { found < $0 }
        case .greaterThan: wanted.contains { found > $0 }
        }
    }
}

extension [ComplianceFilter] {
    /// - Throws: ``SSMError``, `InvalidFilter`, for a key that is not there.
    func check(_ keys: Set<String>) throws(SSMError) {
        for filter in self {
            guard let key = filter.key, keys.contains(key) else {
                let list = keys.sorted().joined(separator: ", ")
                throw SSMError("InvalidFilter", "The filter key \(filter.key ?? "null") is none of \(list).")
            }
        }
    }

    /// Whether something with the value may pass, as far as this key goes.
    func mayAllow(_ key: String, _ value: String) -> Bool { allSatisfy { $0.key != key || $0.holds(for: value) } }

    /// Whether all hold.
    func allow(_ values: [String: String]) -> Bool {
        allSatisfy { filter in filter.key.flatMap { values[$0] }.map(filter.holds) ?? false }
    }
}
