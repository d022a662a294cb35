import Domain

/// Reads one step of a document.
struct StepReader {
    private static let keys = [
        "name", "script", "command", "shell", "platform", "timeout", "user", "environment", "success",
    ]

    private let reader: MappingReader
    private var problems: ProblemList { reader.problems }

    static func read(_ value: YAMLValue, _ problems: ProblemList) -> DocumentStep? {
        MappingReader(value, "a step", keys: keys, problems).flatMap { Self(reader: $0).step }
    }

    // MARK: - Steps

    /// nil when something that it needs is wrong.
    private var step: DocumentStep? {
        let name = reader.required("name", expected: "its name").flatMap { problems.name($0, of: "a step") }
        let work = work
        let platform = reader.value("platform").flatMap { problems.word($0, DocumentStep.Platform.self) }
        let timeout = reader.value("timeout").flatMap {
            problems.seconds($0, in: DocumentStep.timeoutSecondsRange, what: "a timeout")
        }
        let user = reader.value("user").flatMap(user)
        let environment = environment
        let codes = codes
        guard let name, let work else { return nil }
        return DocumentStep(
            name: name,
            work: work,
            platform: platform,
            timeoutSeconds: timeout ?? DocumentStep.defaultTimeoutSeconds,
            user: user,
            environment: environment,
            successCodes: codes
        )
    }

    private var work: DocumentStep.Work? {
        let shell = reader.value("shell")
        switch (reader.value("script"), reader.value("command")) {
        case (let script?, nil):
            let text = problems.text(script, expected: "the script's text")
            let word = shell.map { problems.word($0, DocumentStep.Shell.self) } ?? .bash
            guard let text, let word else { return nil }
            return .script(text, shell: word)
        case (nil, let command?):
            if let shell { problems.add("a command has no shell: leave `shell` out", at: shell.place) }
            guard case .list(let values) = command.content, !values.isEmpty else {
                let expected = "a program and its arguments such as [systemctl, restart, nginx]"
                problems.add("found \(command.title): expected \(expected)", at: command.place)
                return nil
            }
            // An empty argument is one, an empty program is none.
            let texts = values.enumerated().compactMap { index, value -> String? in
                if case .scalar(let text) = value.content, index > 0 || !text.isEmpty { return text }
                return problems.text(value, expected: index == 0 ? "a program" : "an argument")
            }
            return texts.count == values.count ? .command(texts) : nil
        case (_?, let command?):
            problems.add("a step has a script or a command: leave one of them out", at: command.place)
            return nil
        case (nil, nil):
            problems.add("a step has nothing to run: expected `script` or `command`", at: reader.place)
            return nil
        }
    }

    private func user(_ value: YAMLValue) -> String? {
        guard let text = problems.text(value, expected: "a user's name") else { return nil }
        if DocumentStep.isUser(text) { return text }
        problems.add("found \(value.title): expected a user's name, \(DocumentStep.expectedUser)", at: value.place)
        return nil
    }

    private var environment: [String: String] {
        guard let value = reader.value("environment") else { return [:] }
        guard case .mapping(let entries) = value.content else {
            problems.add("found \(value.title): expected variables and their values", at: value.place)
            return [:]
        }
        if entries.count > DocumentStep.maximumVariables {
            problems.add(
                "\(entries.count) variables: expected at most \(DocumentStep.maximumVariables)",
                at: value.place
            )
        }
        var variables: [String: String] = [:]
        for entry in entries {
            if !DocumentStep.isVariable(entry.key) {
                let expected = "a variable's name of \(DocumentStep.expectedVariable)"
                problems.add("found `\(entry.key)`: expected \(expected)", at: entry.place)
            }
            if case .scalar(let text) = entry.value.content {
                variables[entry.key] = text
            } else {
                problems.add("found \(entry.value.title): expected a variable's value", at: entry.value.place)
            }
        }
        return variables
    }

    private var codes: [Int] {
        guard reader.value("success") != nil else { return [0] }
        return reader.list("success").compactMap { value in
            guard let text = problems.text(value, expected: "an exit code") else { return nil }
            if let code = Int(text), DocumentStep.isSuccessCode(code) { return code }
            problems.add("found \(value.title): expected an exit code, \(DocumentStep.expectedCode)", at: value.place)
            return nil
        }
    }
}
