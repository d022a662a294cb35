import Domain

/// Reads what names documents, and puts them in.
struct HooksReader {
    private let documents: [Document]
    private let problems: ProblemList

    init(_ documents: [Document], _ problems: ProblemList) {
        self.documents = documents
        self.problems = problems
    }

    /// A stage's `hooks`; nil for none.
    func hooks(_ value: YAMLValue) -> Hooks? {
        guard let reader = MappingReader(value, "`hooks`", keys: Hook.allCases.map(\.rawValue), problems) else {
            return nil
        }
        var hooks = Hooks()
        for hook in Hook.allCases { hooks[hook] = reader.value(hook.rawValue).flatMap(document) }
        return hooks == Hooks() ? nil : hooks
    }

    /// The document of a name.
    func document(_ value: YAMLValue) -> Document? {
        guard let name = problems.text(value, expected: "the name of a document") else { return nil }
        if let document = documents.first(where: { $0.name == name }) { return document }
        let names = documents.map(\.name).sorted()
        let known = names.isEmpty ? "a file of it in the folder hooks" : "one of \(names.joined(separator: ", "))"
        let advice = Suggestion.nearest(to: name, among: names).map { "; did you mean `\($0)`?" } ?? ""
        problems.add("there is no document `\(name)`: expected \(known)\(advice)", at: value.place)
        return nil
    }
}
