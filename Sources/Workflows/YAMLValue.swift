import Yams

/// Where something stands in its file.
struct Place: Equatable {
    var line: Int
    var column: Int
}

/// A YAML value and its place.
struct YAMLValue {
    struct Entry {
        var key: String
        var place: Place
        var value: YAMLValue
    }

    enum Content {
        case scalar(String)
        case list([YAMLValue])
        case mapping([Entry])
    }

    /// Aliases are followed: this bounds what a small file can blow up to.
    private static let maximumCount = 20_000

    var place: Place
    var content: Content

    /// The document of a file; nil when it has none or is not YAML, which is then among the problems.
    static func document(_ text: String, _ problems: ProblemList) -> YAMLValue? {
        do {
            guard let node = try Yams.compose(yaml: text) else {
                problems.add("the file is empty", at: Place(line: 1, column: 1))
                return nil
            }
            var count = 0
            let value = convert(node, &count, problems)
            guard count <= maximumCount else {
                problems.add("the file has more than \(maximumCount) values", at: Place(line: 1, column: 1))
                return nil
            }
            return value
        } catch {
            let (place, message) = describe(error)
            problems.add("not YAML: \(message)", at: place)
            return nil
        }
    }

    /// What it is, in the words of a message.
    var title: String {
        switch content {
        case .scalar(""): "nothing"
        case .scalar(let text): "`\(text.prefix(60))`"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    // MARK: - Steps

    private static func convert(_ node: Yams.Node, _ count: inout Int, _ problems: ProblemList) -> YAMLValue {
        let place = Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        count += 1
        guard count <= maximumCount else { return YAMLValue(place: place, content: .scalar("")) }
        switch node {
        case .scalar(let scalar):
            return YAMLValue(place: place, content: .scalar(node.null == nil ? scalar.string : ""))
        case .sequence(let sequence):
            return YAMLValue(place: place, content: .list(sequence.map { convert($0, &count, problems) }))
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                let keyPlace = Place(line: key.mark?.line ?? 1, column: key.mark?.column ?? 1)
                if let text = key.scalar?.string {
                    entries.append(Entry(key: text, place: keyPlace, value: convert(value, &count, problems)))
                } else {
                    problems.add("a key that is not a word", at: keyPlace)
                }
            }
            return YAMLValue(place: place, content: .mapping(entries))
        case .alias:
            problems.add("an alias without its anchor", at: place)
            return YAMLValue(place: place, content: .scalar(""))
        }
    }

    private static func describe(_ error: any Error) -> (Place, String) {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            (Place(line: mark.line, column: mark.column), problem)
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            (
                Place(line: context.mark.line, column: context.mark.column),
                "`\(keys.joined(separator: "`, `"))` occurs twice"
            )
        default: (Place(line: 1, column: 1), "\(error)")
        }
    }
}

extension YAMLValue {
    /// This value with what the other says put over it; mappings are merged key by key.
    func overlaid(with other: YAMLValue) -> YAMLValue {
        guard case .mapping(var entries) = content, case .mapping(let others) = other.content else { return other }
        for entry in others {
            if let index = entries.firstIndex(where: { $0.key == entry.key }) {
                // Targets are one choice: the new ones replace the old ones whole.
                let isChoice = entry.key == "targets"
                entries[index].place = entry.place
                entries[index].value = isChoice ? entry.value : entries[index].value.overlaid(with: entry.value)
            } else {
                entries.append(entry)
            }
        }
        // Its place is the first one's: what is missing in the whole is missing there.
        return YAMLValue(place: place, content: .mapping(entries))
    }
}
