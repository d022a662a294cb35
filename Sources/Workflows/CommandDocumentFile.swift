package import Domain
import FoundationEssentials

/// A document as AWS's tools write it: SSM's schema 2.2 for Run Command, in JSON or YAML.
package enum CommandDocumentFile {
    package enum Failure: Error, Equatable {
        /// Its `schemaVersion`.
        case otherSchema(String)
        case invalid(WorkflowProblems)
    }

    private static let schema = "2.2"
    private static let keys = ["schemaVersion", "description", "parameters", "mainSteps"]

    /// What the text spells out.
    ///
    /// - Parameter name: the document's, which its text does not have.
    /// - Throws: all that is wrong with it, each with line and column.
    package static func parse(
        _ text: String,
        _ format: DocumentDraft.Format,
        name: String
    ) throws(Failure) -> Document {
        let problems = ProblemList(file: name)
        let readable =
            format == .json
            ? json(text, problems) : problems.text(of: Array(text.utf8), atMost: DocumentDraft.mostBytes)
        let value = readable.flatMap { YAMLValue.document($0, problems) }
        if let value, let other = otherSchema(value) { throw .otherSchema(other) }
        let document = value.flatMap { read($0, name, problems) }
        guard let document, problems.isEmpty else { throw .invalid(problems.failure) }
        return document
    }

    /// The same in JSON, each value that is neither list nor mapping as a text; nil for what is no YAML.
    package static func json(ofYAML text: String) throws -> String? {
        guard let value = YAMLValue.document(text, ProblemList(file: "")) else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    // MARK: - Steps

    /// JSON is YAML but for characters that it escapes as two halves.
    private static func json(_ text: String, _ problems: ProblemList) -> String? {
        struct WellFormed: Decodable { init(from decoder: any Decoder) {} }
        do {
            _ = try JSONDecoder().decode(WellFormed.self, from: Data(text.utf8))
        } catch {
            problems.add("not JSON: \(JSONFlaw.text(of: error))", at: Place(line: 1, column: 1))
            return nil
        }
        return SurrogatePairs.joined(in: text)
    }

    private static func otherSchema(_ value: YAMLValue) -> String? {
        guard case .mapping(let entries) = value.content,
            case .scalar(let version)? = entries.first(where: { $0.key == "schemaVersion" })?.value.content
        else { return nil }
        return version == schema ? nil : version
    }

    private static func read(_ value: YAMLValue, _ name: String, _ problems: ProblemList) -> Document? {
        guard let reader = MappingReader(value, "the document", keys: keys, problems) else { return nil }
        _ = reader.required("schemaVersion", expected: schema)
        let description = reader.value("description").flatMap { value -> String? in
            if case .scalar(let text) = value.content { return text.isEmpty ? nil : text }
            return problems.text(value, expected: "what it is for")
        }
        checkParameters(reader.value("parameters"), problems)
        guard let list = reader.required("mainSteps", expected: "a list of steps") else { return nil }
        guard case .list(let values) = list.content, (1...Document.maximumSteps).contains(values.count) else {
            problems.add("found \(list.title): expected a list of 1 to \(Document.maximumSteps) steps", at: list.place)
            return nil
        }
        let steps = values.compactMap { value in CommandStepReader.read(value, problems).map { ($0, value.place) } }
        problems.checkUnique("steps", steps.map { ($0.name, $1) })
        guard problems.isEmpty else { return nil }
        let document = Document(name: name, description: description, steps: steps.map(\.0))
        // What no single value shows, such as the bytes of all.
        if let flaw = document.flaw { problems.add("the document does not do: \(flaw)", at: value.place) }
        return document
    }

    private static func checkParameters(_ value: YAMLValue?, _ problems: ProblemList) {
        guard let value else { return }
        switch value.content {
        case .scalar(""): return
        case .mapping(let entries) where entries.isEmpty: return
        case .mapping, .list, .scalar: break
        }
        let expected = "no parameters: those of documents made here are not offered; make a document for each use"
        problems.add("found `parameters`: expected \(expected)", at: value.place)
    }
}

/// What a decoder says of a text that is no JSON.
private enum JSONFlaw {
    static func text(of error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error else { return "\(error)" }
        return context.underlyingError.map { "\($0)" } ?? context.debugDescription
    }
}

/// JSON's escapes for characters beyond the first 65,536, which YAML has not.
private enum SurrogatePairs {
    static func joined(in text: String) -> String {
        guard text.contains("\\u") else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                result.append(scalar)
                continue
            }
            if let high = unit(rest, in: 0xD800...0xDBFF), rest.dropFirst(5).first == "\\",
                let low = unit(rest.dropFirst(6), in: 0xDC00...0xDFFF),
                let joined = Unicode.Scalar(0x1_0000 + (high - 0xD800) << 10 + (low - 0xDC00))
            {
                result.append(joined)
                rest = rest.dropFirst(11)
            } else {
                result.append(scalar)
                // What is escaped begins no escape itself.
                if let next = rest.popFirst() { result.append(next) }
            }
        }
        return String(result)
    }

    /// The unit of UTF-16 of `uXXXX`, where the text begins so and it is among those.
    private static func unit(_ text: Substring.UnicodeScalarView, in range: ClosedRange<UInt32>) -> UInt32? {
        guard text.first == "u", text.count >= 5 else { return nil }
        return UInt32(String(String.UnicodeScalarView(text.dropFirst().prefix(4))), radix: 16).flatMap {
            range.contains($0) ? $0 : nil
        }
    }
}
