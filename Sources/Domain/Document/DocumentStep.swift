/// One script or command of a document.
package struct DocumentStep: Codable, Equatable, Sendable {
    package enum Work: Codable, Equatable, Sendable {
        /// Handed to its shell as a file.
        case script(String, shell: Shell)
        /// A program and its arguments, with no shell between.
        case command([String])
    }

    package enum Shell: String, Codable, Sendable, CaseIterable {
        case bash, powershell
    }

    package enum Platform: String, Codable, Sendable, CaseIterable {
        case linux, windows
    }

    package static let defaultTimeoutSeconds = 3_600
    package static let timeoutSecondsRange = 5...86_400
    package static let maximumVariables = 50
    /// Exit codes that say how to go on, whatever a step counts as success: see docs/documents.md.
    package static let reservedCodes: Set<Int> = [168, 169, 194, 3_010]
    /// What variables may not begin with: the agent sets those itself.
    package static let reservedPrefix = "RINGMASTER_"

    package var name: String
    package var work: Work
    /// Where it runs, nil for everywhere; elsewhere it is skipped.
    package var platform: Platform?
    /// When it is ended, with all that it has started.
    package var timeoutSeconds: Int
    /// Who runs it; nil for the agent's own user, which is root.
    package var user: String?
    package var environment: [String: String]
    /// The exit codes that are a success.
    package var successCodes: [Int]

    /// - Parameter platform: nil for that of a script's shell, and for everywhere where there is none.
    package init(
        name: String,
        work: Work,
        platform: Platform? = nil,
        timeoutSeconds: Int = DocumentStep.defaultTimeoutSeconds,
        user: String? = nil,
        environment: [String: String] = [:],
        successCodes: [Int] = [0]
    ) {
        self.name = name
        self.work = work
        self.platform = platform ?? work.platform
        self.timeoutSeconds = timeoutSeconds
        self.user = user
        self.environment = environment
        self.successCodes = successCodes
    }

    var byteCount: Int {
        let texts: [String] =
            switch work {
            case .script(let text, _): [text]
            case .command(let arguments): arguments
            }
        return (texts + environment.flatMap { [$0.key, $0.value] }).reduce(name.utf8.count) { $0 + $1.utf8.count }
    }

    /// Why no host may be given it; nil when nothing speaks against it.
    package var flaw: String? {
        let title = "the step `\(name)`"
        guard Document.isName(name) else { return "\(title) is unfitly named: expected \(Document.expectedName)" }
        if let problem = workProblem { return "\(title) \(problem)" }
        guard Self.timeoutSecondsRange.contains(timeoutSeconds) else {
            return "\(title) has a timeout of \(timeoutSeconds) s: expected 5 s to 1 day"
        }
        if let user, !Self.isUser(user) { return "\(title) names the user `\(user)`: expected \(Self.expectedUser)" }
        if let problem = environmentProblem { return "\(title) \(problem)" }
        if let code = successCodes.first(where: { !Self.isSuccessCode($0) }) {
            return "\(title) counts \(code) as success: expected \(Self.expectedCode)"
        }
        return successCodes.isEmpty ? "\(title) has no success code: expected at least one" : nil
    }

    package static let expectedUser = "at most 32 letters, digits, hyphens, underscores and dots"
    package static let expectedCode = "0 to 255, and neither 168, 169 nor 194, which say how to go on"
    package static let expectedVariable =
        "letters, digits and underscores, not beginning with a digit or with \(reservedPrefix)"

    package static func isUser(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.first != "-"
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    package static func isVariable(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count) && !name.hasPrefix(reservedPrefix) && name.first?.isNumber == false
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    package static func isSuccessCode(_ code: Int) -> Bool {
        (0...255).contains(code) && !reservedCodes.contains(code)
    }

    // MARK: - Steps

    private var workProblem: String? {
        switch work {
        case .script(let text, _):
            if text.isEmpty { return "has an empty script" }
            return text.utf8.contains(0) ? "has a NUL character in its script" : nil
        case .command(let arguments):
            guard let program = arguments.first, !program.isEmpty else { return "names no program" }
            return arguments.contains { $0.utf8.contains(0) } ? "has a NUL character in an argument" : nil
        }
    }

    private var environmentProblem: String? {
        guard environment.count <= Self.maximumVariables else {
            return "sets \(environment.count) variables: expected at most \(Self.maximumVariables)"
        }
        if let name = environment.keys.sorted().first(where: { !Self.isVariable($0) }) {
            return "sets the variable `\(name)`: expected \(Self.expectedVariable)"
        }
        let hasNUL = environment.values.contains { $0.utf8.contains(0) }
        return hasNUL ? "has a NUL character in a variable" : nil
    }
}

extension DocumentStep.Work {
    /// What a script's shell is at home on; nil for a command.
    fileprivate var platform: DocumentStep.Platform? {
        switch self {
        case .script(_, .bash): .linux
        case .script(_, .powershell): .windows
        case .command: nil
        }
    }
}
