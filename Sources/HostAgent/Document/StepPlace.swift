package import AgentProtocol

/// Where a step stands: in which document, and at which place of it.
package struct StepPlace: Codable, Hashable, Sendable {
    /// nil for the order's own document.
    package var hook: Order.Hook?
    /// From 0.
    package var index: Int

    package init(hook: Order.Hook?, index: Int) {
        self.hook = hook
        self.index = index
    }
}

/// One step to be run.
package struct StepTask: Equatable, Sendable {
    package var place: StepPlace
    /// The document's name.
    package var document: String
    package var step: Order.Step
    /// From 1: it has been begun before where it is more.
    package var attempt: Int

    package init(place: StepPlace, document: String, step: Order.Step, attempt: Int) {
        self.place = place
        self.document = document
        self.step = step
        self.attempt = attempt
    }
}

/// How a step's program ended.
package struct StepRun: Codable, Equatable, Sendable {
    /// nil when it did not end by itself, or was not begun.
    package var exitCode: Int?
    /// It was ended at its timeout.
    package var isTimedOut: Bool
    /// It was ended because nobody wants it any more; nil where it was not.
    package var isCancelled: Bool?
    /// Why it could not be begun, or what ended it.
    package var complaint: String?
    package var milliseconds: Int
    /// The end of what it said; see ``StepResult/output``.
    package var output: String

    package init(
        exitCode: Int?,
        isTimedOut: Bool = false,
        isCancelled: Bool? = nil,
        complaint: String? = nil,
        milliseconds: Int = 0,
        output: String = ""
    ) {
        self.exitCode = exitCode
        self.isTimedOut = isTimedOut
        self.isCancelled = isCancelled
        self.complaint = complaint
        self.milliseconds = milliseconds
        self.output = output
    }
}
