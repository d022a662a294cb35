/// A parameter of a document of SSM's, with what it takes.
package struct CommandParameter: Equatable, Sendable {
    package enum Rule: Equatable, Sendable {
        case any
        case oneOf([String])
        case seconds(ClosedRange<Int>)
        case emptyOrUUID
        /// A name, or AWS's that stands for none.
        case documentName
        /// What it is for is not done here, so that it is to be left empty.
        case empty
    }

    package var name: String
    package var description: String
    package var isList: Bool
    /// nil for one that has to be given.
    package var defaultValue: String?
    package var rule: Rule

    init(_ name: String, _ description: String, isList: Bool = false, defaultValue: String?, _ rule: Rule = .any) {
        self.name = name
        self.description = description
        self.isList = isList
        self.defaultValue = defaultValue
        self.rule = rule
    }

    /// What speaks against the values; nil when nothing does.
    func problem(_ values: [String]) -> String? {
        guard isList || values.count == 1 else { return "the parameter \(name) takes one value, not \(values.count)" }
        guard !values.isEmpty || defaultValue != nil else { return "the parameter \(name) needs a value" }
        return values.lazy.compactMap(problem).first
    }

    private func problem(_ value: String) -> String? {
        switch rule {
        case .any: value.utf8.contains(0) ? "the parameter \(name) has a NUL character" : nil
        case .oneOf(let words):
            words.contains(value) ? nil : "the parameter \(name) is none of \(words.joined(separator: ", "))"
        case .seconds(let range):
            Int(value).map(range.contains) == true
                ? nil : "the parameter \(name) is no number of seconds, \(range.lowerBound) to \(range.upperBound)"
        case .emptyOrUUID:
            value.isEmpty || SentCommand.isID(value.lowercased())
                ? nil : "the parameter \(name) is neither empty nor a UUID"
        case .documentName:
            value.isEmpty || Document.isName(value) ? nil : "the parameter \(name) is no name of a document"
        case .empty: value.isEmpty ? nil : "the parameter \(name) is not offered here: leave it empty"
        }
    }
}
