import Domain

/// Reads one step of a document of SSM's schema 2.2.
struct CommandStepReader {
    private enum Action: String, CaseIterable {
        case shell = "aws:runShellScript"
        case powershell = "aws:runPowerShellScript"
    }

    private enum Platform: String, CaseIterable {
        case linux = "Linux"
        case windows = "Windows"
    }

    private enum Failure: String, CaseIterable {
        case exit
    }

    private static let keys = ["action", "name", "inputs", "precondition", "onFailure"]
    private static let inputKeys = ["runCommand", "workingDirectory", "timeoutSeconds", "onFailure"]

    private let reader: MappingReader
    private var problems: ProblemList { reader.problems }

    static func read(_ value: YAMLValue, _ problems: ProblemList) -> DocumentStep? {
        MappingReader(value, "a step", keys: keys, problems).flatMap { Self(reader: $0).step }
    }

    // MARK: - Steps

    /// nil when something that it needs is wrong.
    private var step: DocumentStep? {
        let action = reader.required("action", expected: "what it does").flatMap { problems.word($0, Action.self) }
        let name = reader.required("name", expected: "its name").flatMap { problems.name($0, of: "a step") }
        let platform = platform
        checkFailure(reader)
        guard let value = reader.required("inputs", expected: "what to run"),
            let inputs = MappingReader(value, "the inputs", keys: Self.inputKeys, problems)
        else { return nil }
        checkFailure(inputs)
        let folder = inputs.value("workingDirectory").flatMap(folder)
        let timeout = inputs.value("timeoutSeconds").flatMap(seconds)
        guard let lines = lines(inputs), let action, let name else { return nil }
        return DocumentStep(
            name: name,
            lines: lines,
            shell: action == .shell ? .bash : .powershell,
            platform: platform,
            workingDirectory: folder,
            timeoutSeconds: timeout ?? DocumentStep.defaultTimeoutSeconds
        )
    }

    private func lines(_ inputs: MappingReader) -> [String]? {
        guard let value = inputs.required("runCommand", expected: "the script's lines") else { return nil }
        let values: [YAMLValue]
        if case .list(let list) = value.content { values = list } else { values = [value] }
        let lines = values.compactMap { value -> String? in
            guard case .scalar(let text) = value.content else {
                problems.add("found \(value.title): expected a line of the script", at: value.place)
                return nil
            }
            check(text, at: value.place)
            return text
        }
        if !lines.contains(where: { !$0.isEmpty }) {
            problems.add("an empty script: expected lines to run", at: value.place)
        }
        return lines
    }

    private func folder(_ value: YAMLValue) -> String? {
        guard case .scalar(let text) = value.content else {
            problems.add("found \(value.title): expected a folder", at: value.place)
            return nil
        }
        check(text, at: value.place)
        return text
    }

    private func seconds(_ value: YAMLValue) -> Int? {
        guard let text = problems.text(value, expected: "seconds") else { return nil }
        if let seconds = Int(text), DocumentStep.timeoutSecondsRange.contains(seconds) { return seconds }
        let range = DocumentStep.timeoutSecondsRange
        problems.add(
            "found \(value.title): expected \(range.lowerBound) to \(range.upperBound) seconds",
            at: value.place
        )
        return nil
    }

    /// A failed step ends the document, whether it says so or not.
    private func checkFailure(_ reader: MappingReader) {
        _ = reader.value("onFailure").flatMap { problems.word($0, Failure.self) }
    }

    /// nil for where its shell is at home.
    private var platform: DocumentStep.Platform? {
        guard let value = reader.value("precondition"),
            let condition = MappingReader(value, "a precondition", keys: ["StringEquals"], problems),
            let operands = condition.required(
                "StringEquals",
                expected: "[platformType, Linux] or [platformType, Windows]"
            )
        else { return nil }
        guard case .list(let values) = operands.content, values.count == 2,
            case .scalar("platformType") = values[0].content
        else {
            problems.add(
                "found \(operands.title): expected [platformType, Linux] or [platformType, Windows]",
                at: operands.place
            )
            return nil
        }
        return problems.word(values[1], Platform.self).map { $0 == .linux ? .linux : .windows }
    }

    /// What SSM would fill in would be read by a shell as if it were code, and here nobody fills it in.
    private func check(_ text: String, at place: Place) {
        guard let placeholder = Placeholder.first(in: text) else { return }
        let expected = "no placeholders, for documents made here have no parameters"
        problems.add("found `\(placeholder)`: expected \(expected)", at: place)
    }
}

/// What SSM fills in: `{{ name }}`, `{{ ssm:name }}`; templates of other tools, such as `{{.Names}}`, are none.
private enum Placeholder {
    static func first(in text: String) -> String? {
        var rest = text[...]
        while let start = rest.firstRange(of: "{{") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else { return nil }
            let name = rest[..<end.lowerBound]
            let trimmed = name.drop { $0 == " " }.prefix { $0 != " " }
            let isWhole = name.drop { $0 == " " }.drop { $0 != " " }.allSatisfy { $0 == " " }
            if isWhole, let first = trimmed.first, first.isLetter || first.isNumber || first == "_",
                trimmed.allSatisfy({ $0.isLetter || $0.isNumber || "_-.:/".contains($0) })
            {
                return "{{\(name)}}"
            }
        }
        return nil
    }
}
