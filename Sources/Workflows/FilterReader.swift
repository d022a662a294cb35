import Domain

/// Reads filters: a mapping of what a patch is asked for to the values that will do.
enum FilterReader {
    /// As files write ``FilterKey``.
    static let keys = FilterKey.allCases.map(name)

    /// Whose patches are filtered, which decides which values there are.
    enum Scope {
        case anySystem
        case system(OperatingSystem)
    }

    /// - Parameter scope: nil while the file does not tell it: then values are not checked.
    static func read(_ value: YAMLValue, for scope: Scope?, _ problems: ProblemList) -> [PatchFilter] {
        MappingReader(value, "filters", keys: keys, problems).map { filters($0, for: scope) } ?? []
    }

    static func filters(_ reader: MappingReader, for scope: Scope?) -> [PatchFilter] {
        FilterKey.allCases.compactMap { key in
            let values = reader.list(name(key)).compactMap { value in
                let text = reader.problems.text(value, expected: "a value such as \(example(key))")
                if let text, let expected = scope?.expectation(of: text, key) {
                    // It would never match.
                    let found = "no patch has the `\(name(key))` `\(text)`"
                    reader.problems.add("\(found): expected \(expected)", at: value.place)
                }
                return text
            }
            return values.isEmpty ? nil : PatchFilter(key, values)
        }
    }

    // MARK: - Steps

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

extension FilterReader.Scope {
    /// What the value should have been; nil for one that a patch may have.
    fileprivate func expectation(of text: String, _ key: FilterKey) -> String? {
        let system: OperatingSystem? = if case .system(let system) = self { system } else { nil }
        // Keys that are none of the system's are told of the baseline.
        if text == "*" || system.map({ !FilterKey.keys(for: $0).contains(key) }) == true { return nil }
        switch key {
        case .exploitProbability: return Double(text).map((0...1).contains) == true ? nil : "a number from 0 to 1"
        case .product: return system.flatMap { Self.expectation(ofProduct: text, on: $0) }
        default:
            guard let values = key.values(for: system) else { return nil }
            let glob = Glob(text)
            guard !values.contains(where: glob.matches) else { return nil }
            let advice = Suggestion.nearest(to: text, among: values).map { "; did you mean `\($0)`?" } ?? ""
            return "one of \(values.joined(separator: ", "))\(advice)"
        }
    }

    /// Their names begin alike, and a pattern may end before they do.
    private static func expectation(ofProduct text: String, on system: OperatingSystem) -> String? {
        guard ![.windows, .macOS].contains(system.family) else { return nil }
        let name = system.product(version: "")
        let head = text.prefix { !"*?[".contains($0) }
        let (begin, prefix) = (head.lowercased(), name.lowercased())
        let isPattern = head.count < text.count
        guard !begin.hasPrefix(prefix), !(isPattern && prefix.hasPrefix(begin)) else { return nil }
        return "one that begins with \(name)"
    }
}
