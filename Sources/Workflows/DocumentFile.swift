package import Domain

/// A document as people write it: YAML.
package enum DocumentFile {
    private static let keys = ["document", "description", "steps"]

    /// The document that the bytes spell out.
    ///
    /// - Parameter file: its name in messages.
    /// - Throws: all that is wrong with it, each with line and column.
    package static func parse(_ bytes: [UInt8], file: String) throws(WorkflowProblems) -> Document {
        let problems = ProblemList(file: file)
        let value = problems.text(of: bytes, atMost: Document.maximumBytes).flatMap {
            YAMLValue.document($0, problems)
        }
        let document = value.flatMap { read($0, problems) }
        guard let document, problems.isEmpty else { throw problems.failure }
        return document
    }

    /// Whether the bytes are meant as a document, and not as a workflow; what is no YAML is not.
    package static func isOne(_ bytes: [UInt8]) -> Bool {
        let problems = ProblemList(file: "")
        guard let text = problems.text(of: bytes),
            case .mapping(let entries) = YAMLValue.document(text, problems)?.content
        else { return false }
        return entries.contains { $0.key == "document" }
    }

    // MARK: - Steps

    private static func read(_ value: YAMLValue, _ problems: ProblemList) -> Document? {
        guard let reader = MappingReader(value, "the document", keys: keys, problems) else { return nil }
        let name = reader.required("document", expected: "its name").flatMap { problems.name($0, of: "a document") }
        let description = reader.value("description").flatMap { problems.text($0, expected: "what it is for") }
        guard let list = reader.required("steps", expected: "a list of steps") else { return nil }
        guard case .list(let values) = list.content, !values.isEmpty else {
            problems.add("found \(list.title): expected a list of at least one step", at: list.place)
            return nil
        }
        if values.count > Document.maximumSteps {
            problems.add("\(values.count) steps: expected at most \(Document.maximumSteps)", at: list.place)
        }
        let steps = values.compactMap { value in StepReader.read(value, problems).map { ($0, value.place) } }
        problems.checkUnique("steps", steps.map { ($0.name, $1) })
        guard let name, problems.isEmpty else { return nil }
        let document = Document(name: name, description: description, steps: steps.map(\.0))
        // What no single value shows, such as the bytes of all.
        if let flaw = document.flaw { problems.add("the document does not do: \(flaw)", at: value.place) }
        return document
    }
}

extension ProblemList {
    /// The name of a document or a step.
    func name(_ value: YAMLValue, of what: String) -> String? {
        guard let text = text(value, expected: "the name of \(what)") else { return nil }
        if Document.isName(text) { return text }
        add("found \(value.title): expected the name of \(what), \(Document.expectedName)", at: value.place)
        return nil
    }
}
