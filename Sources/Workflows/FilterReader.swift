import Domain

/// Reads filters: a mapping of what a patch is asked for to the values that will do.
enum FilterReader {
    /// As files write ``FilterKey``.
    static let keys = FilterKey.allCases.map(name)

    static func read(_ value: YAMLValue, _ problems: ProblemList) -> [PatchFilter] {
        MappingReader(value, "filters", keys: keys, problems).map(filters) ?? []
    }

    static func filters(_ reader: MappingReader) -> [PatchFilter] {
        FilterKey.allCases.compactMap { key in
            let values = reader.texts(name(key), expected: "a value such as \(example(key))")
            return values.isEmpty ? nil : PatchFilter(key, values)
        }
    }

    private static func name(_ key: FilterKey) -> String {
        key.rawValue.lowercased().replacing("_", with: "-")
    }

    private static func example(_ key: FilterKey) -> String {
        switch key {
        case .product: "AmazonLinux2023"
        case .productFamily: "Office"
        case .classification: "Security"
        case .severity, .msrcSeverity: "Critical"
        case .priority: "important"
        case .section: "admin"
        case .patchSet: "OS"
        case .normalizedSeverity: "high"
        case .knownExploited: "true"
        case .exploitProbability: "0.1"
        }
    }
}
