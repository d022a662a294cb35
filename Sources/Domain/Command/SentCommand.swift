/// What somebody sent through SSM's API, kept whole in its cycle's start: a command is a cycle.
package struct SentCommand: Codable, Equatable, Sendable {
    package static let defaultTimeoutSeconds = 3_600
    package static let defaultMaxConcurrency = "50"
    package static let defaultMaxErrors = "0"
    /// How long what SSM calls the execution takes where no parameter says it, in seconds.
    package static let defaultExecutionSeconds = 3_600
    private static let prefix = WorkflowDefinition.oneOffRun + "-"

    package var documentName: String
    /// As it was sent: `$DEFAULT`, `$LATEST` or a number; nil where nothing was.
    package var documentVersion: String?
    package var parameters: [String: [String]]
    /// Of the request; a command has these or ``targets``.
    package var instanceIDs: [String]
    package var targets: [CommandTarget]
    package var comment: String?
    /// How long an order waits for its host to accept it, in seconds.
    package var timeoutSeconds: Int
    /// A number or a percentage, as it was sent.
    package var maxConcurrency: String
    /// As ``maxConcurrency``.
    package var maxErrors: String

    package init(
        documentName: String,
        documentVersion: String? = nil,
        parameters: [String: [String]] = [:],
        instanceIDs: [String] = [],
        targets: [CommandTarget] = [],
        comment: String? = nil,
        timeoutSeconds: Int = SentCommand.defaultTimeoutSeconds,
        maxConcurrency: String = SentCommand.defaultMaxConcurrency,
        maxErrors: String = SentCommand.defaultMaxErrors
    ) {
        self.documentName = documentName
        self.documentVersion = documentVersion
        self.parameters = parameters
        self.instanceIDs = instanceIDs
        self.targets = targets
        self.comment = comment
        self.timeoutSeconds = timeoutSeconds
        self.maxConcurrency = maxConcurrency
        self.maxErrors = maxErrors
    }

    /// The cycle of the command of that id, which is a UUID in lower case.
    package static func cycle(ofCommand id: String) -> String { prefix + id }

    /// The id of the command that the cycle is; nil for another cycle's name.
    package static func id(ofCycle cycle: String) -> String? {
        guard cycle.hasPrefix(prefix) else { return nil }
        let id = String(cycle.dropFirst(prefix.count))
        return isID(id) ? id : nil
    }

    /// Whether it is a UUID in lower case.
    package static func isID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.utf8.allSatisfy("0123456789abcdef".utf8.contains) }
    }

    /// How long the execution takes by the parameter of that name, or else by default, in seconds (ssm-semantics §7.1).
    package var executionSeconds: Int {
        parameters["executionTimeout"]?.first.flatMap { Int($0) } ?? Self.defaultExecutionSeconds
    }

    /// After its sending, when hosts that have not begun do not begin any more, in seconds.
    package var lifetimeSeconds: Int { timeoutSeconds + executionSeconds }

    /// nil where one of the two limits is none.
    package var rateControl: RateControl? {
        guard let concurrency = Limit(ssm: maxConcurrency), let errors = Limit(ssm: maxErrors) else { return nil }
        return RateControl(maxConcurrency: concurrency, maxErrors: errors)
    }
}

extension Limit {
    /// Reads `5` and `10%`.
    package init?(ssm text: String) {
        let isPercent = text.hasSuffix("%")
        guard let number = Int(isPercent ? text.dropLast() : text[...]), number >= 0, !isPercent || number <= 100
        else { return nil }
        self = isPercent ? .percent(number) : .count(number)
    }
}
