import Domain

/// SSM's `InventoryFilter`: by an attribute of a type, such as `AWS:Application.Name`.
struct InventoryFilter: Decodable, Sendable {
    enum Comparison: String, CaseIterable, Decodable, Sendable {
        case equal = "Equal"
        case notEqual = "NotEqual"
        case beginWith = "BeginWith"
        case lessThan = "LessThan"
        case greaterThan = "GreaterThan"
        case exists = "Exists"
    }

    var key: String
    var values: [String]
    var type: Comparison?

    /// The type and the attribute; nil for a key that names none.
    var parts: (type: String, attribute: String)? {
        guard let dot = key.lastIndex(of: "."), dot != key.startIndex, key[dot...].utf8.count > 1 else { return nil }
        return (String(key[..<dot]), String(key[key.index(after: dot)...]))
    }

    func holds(for found: String?) -> Bool {
        guard let found else { return false }
        return switch type ?? .equal {
        case .equal: values.contains(found)
        case .notEqual: !values.contains(found)
        case .beginWith: values.contains { found.hasPrefix($0) }
        case .lessThan: values.contains { Self.isBefore(found, $0) }
        case .greaterThan: values.contains { Self.isBefore($0, found) }
        case .exists: true
        }
    }

    /// Numbers by their values, and all else as texts.
    private static func isBefore(_ left: String, _ right: String) -> Bool {
        if let left = Double(left), let right = Double(right) { left < right } else { left < right }
    }
}

extension [InventoryFilter] {
    /// Those of one type hold for a node where all of them hold for one of the type's entries.
    ///
    /// - Parameter inventories: by the name of the type.
    func allow(_ inventories: [String: InventoryData]) -> Bool {
        Dictionary(grouping: self) { $0.parts?.type ?? "" }.allSatisfy { type, filters in
            inventories[type]?.content.contains { entry in
                filters.allSatisfy { $0.holds(for: $0.parts.flatMap { entry[$0.attribute] }) }
            } ?? false
        }
    }
}
