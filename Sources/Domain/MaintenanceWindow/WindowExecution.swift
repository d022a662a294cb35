package import Time

/// One opening of a maintenance window, and what came of it.
package struct WindowExecution: KeptExecution, Codable, Equatable, Sendable {
    package let number: Int
    package let occurrence: WindowOccurrence
    package let startedAt: Timestamp
    /// In the order in which they run.
    package internal(set) var tasks: [TaskExecution]
    package internal(set) var isPastCutoff = false
    package internal(set) var isCancelled = false
    package internal(set) var endedAt: Timestamp?
    /// nil until it has ended.
    var ending: ExecutionStatus?
    package internal(set) var details: String?

    package var status: ExecutionStatus {
        if let ending { return ending }
        return isCancelled ? .cancelling : .inProgress
    }
}

/// One task of an execution, as it was registered when the window opened.
package struct TaskExecution: Codable, Equatable, Sendable {
    package let task: WindowTask
    /// One for each target of the window, and one for the nodes that it names by itself; one after the other.
    package internal(set) var invocations: [WindowInvocation]

    package var status: ExecutionStatus {
        // Its targets were taken from the window.
        invocations.isEmpty ? .failed : ExecutionStatus(of: invocations.map(\.status))
    }

    package var details: String? {
        invocations.isEmpty ? "None of its targets is registered with the window any more." : nil
    }

    package var startedAt: Timestamp? { invocations.compactMap(\.startedAt).min() }
    package var endedAt: Timestamp? { status.isTerminal ? invocations.compactMap(\.endedAt).max() : nil }
}

/// One command of a task.
package struct WindowInvocation: Codable, Equatable, Sendable {
    /// nil for nodes that the task names by itself.
    package let windowTargetID: String?
    package let ownerInformation: String?
    package let targets: [CommandTarget]
    package internal(set) var status = ExecutionStatus.pending
    package internal(set) var details: String?
    package internal(set) var startedAt: Timestamp?
    package internal(set) var endedAt: Timestamp?
    /// Its command has been started.
    var isSent = false
    /// It is to stop because the window is about to close.
    var isCutOff = false

    init(_ target: WindowTarget) {
        windowTargetID = target.windowTargetId
        ownerInformation = target.ownerInformation
        targets = target.targets
    }

    init(nodes targets: [CommandTarget]) {
        (windowTargetID, ownerInformation) = (nil, nil)
        self.targets = targets
    }

    /// The command is to be stopped, or must not be sent.
    package var isStopped: Bool { statusIfStopped != nil }

    /// How it ends if that is because it is stopped; nil for one that is to go on.
    var statusIfStopped: ExecutionStatus? { status == .cancelling ? .cancelled : isCutOff ? .timedOut : nil }
}
