/// Reads the keys of one mapping; a key that is not among those expected is a problem.
struct MappingReader {
    let place: Place
    let problems: ProblemList
    private let title: String
    private let entries: [YAMLValue.Entry]

    /// nil when the value is no mapping.
    init?(_ value: YAMLValue, _ title: String, keys: [String], _ problems: ProblemList) {
        self.place = value.place
        self.problems = problems
        self.title = title
        switch value.content {
        case .mapping(let entries): self.entries = entries
        case .scalar(""): entries = []
        case .scalar, .list:
            problems.add("found \(value.title): expected \(title), a mapping with \(Self.words(keys))", at: place)
            return nil
        }
        for entry in entries where !keys.contains(entry.key) {
            let advice = Suggestion.nearest(to: entry.key, among: keys).map { "did you mean `\($0)`?" }
            let expected = advice ?? "expected \(Self.words(keys))"
            problems.add("unknown key `\(entry.key)` in \(title): \(expected)", at: entry.place)
        }
    }

    private static func words(_ keys: [String]) -> String {
        keys.isEmpty ? "no keys" : keys.joined(separator: ", ")
    }

    func value(_ key: String) -> YAMLValue? { entries.first { $0.key == key }?.value }

    /// A value that must be there.
    func required(_ key: String, expected: String) -> YAMLValue? {
        if let value = value(key) { return value }
        problems.add("`\(key)` is missing in \(title): expected \(expected)", at: place)
        return nil
    }

    /// A list's values, none when the key is missing; what is no list is a list of one.
    func list(_ key: String) -> [YAMLValue] {
        guard let value = value(key) else { return [] }
        guard case .list(let values) = value.content else { return [value] }
        if values.isEmpty { problems.add("`\(key)` is empty: leave it out or name something", at: value.place) }
        return values
    }

    /// The texts of a list.
    func texts(_ key: String, expected: String) -> [String] {
        list(key).compactMap { problems.text($0, expected: expected) }
    }
}

extension ProblemList {
    /// A scalar that is not empty.
    func text(_ value: YAMLValue, expected: String) -> String? {
        if case .scalar(let text) = value.content, !text.isEmpty { return text }
        add("found \(value.title): expected \(expected)", at: value.place)
        return nil
    }

    /// A word among some.
    func word<Word: RawRepresentable & CaseIterable>(
        _ value: YAMLValue,
        _ type: Word.Type
    ) -> Word? where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        let expected = "one of \(words.joined(separator: ", "))"
        guard let text = text(value, expected: expected) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let advice = Suggestion.nearest(to: text, among: words).map { "; did you mean `\($0)`?" } ?? ""
        add("found \(value.title): expected \(expected)\(advice)", at: value.place)
        return nil
    }
}
