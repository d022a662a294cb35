import ControlPlane
import Domain
import FoundationEssentials
import PatchStreams
import Time

/// SSM's `MaintenanceWindowExecution`, with the tasks where one is asked for.
struct WindowExecutionView: Encodable, Sendable {
    let windowId: String?
    let windowExecutionId: String
    let taskIds: [String]?
    let status: ExecutionStatus
    let statusDetails: String?
    let startTime: EpochSeconds
    let endTime: EpochSeconds?

    /// - Parameter showsTasks: as the answer about one execution has it, which does not name its window.
    init(_ execution: WindowExecution, of window: String, showsTasks: Bool) {
        let place = WindowPlace(window: window, execution: execution.number)
        windowId = showsTasks ? nil : window
        windowExecutionId = place.description
        taskIds =
            showsTasks
            ? execution.tasks.indices.map { place.with(task: $0 + 1).description } : nil
        status = execution.status
        statusDetails = execution.details
        startTime = EpochSeconds(execution.startedAt)
        endTime = execution.endedAt.map { EpochSeconds($0) }
    }
}

/// SSM's `MaintenanceWindowExecutionTaskIdentity`, and what is told of one task beside it.
struct WindowTaskExecutionView: Encodable, Sendable {
    let windowExecutionId: String
    let taskExecutionId: String
    let taskArn: String
    let taskType: String?
    let type: String?
    let serviceRole: String?
    let taskParameters: [[String: ParameterValues]]?
    let priority: Int?
    let maxConcurrency: String?
    let maxErrors: String?
    let status: ExecutionStatus
    let statusDetails: String?
    let startTime: EpochSeconds?
    let endTime: EpochSeconds?

    /// - Parameter isWhole: as the answer about one task has it.
    init(_ task: TaskExecution, at place: WindowPlace, isWhole: Bool) {
        windowExecutionId = place.ofExecution.description
        taskExecutionId = place.ofTask.description
        taskArn = task.task.taskArn
        taskType = isWhole ? nil : WindowTaskView.runCommand
        type = isWhole ? WindowTaskView.runCommand : nil
        serviceRole = isWhole ? task.task.kept.serviceRoleArn : nil
        taskParameters = isWhole ? [task.task.parameters.mapValues { ParameterValues(values: $0) }] : nil
        priority = isWhole ? task.task.priority : nil
        maxConcurrency = isWhole ? task.task.maxConcurrency : nil
        maxErrors = isWhole ? task.task.maxErrors : nil
        status = task.status
        statusDetails = task.details
        startTime = task.startedAt.map { EpochSeconds($0) }
        endTime = task.endedAt.map { EpochSeconds($0) }
    }
}

/// SSM's `MaintenanceWindowExecutionTaskInvocationIdentity`; its command has its id.
struct WindowInvocationView: Encodable, Sendable {
    /// The sent command as SSM writes it into `Parameters`.
    private struct Sent: Encodable {
        var documentName: String
        var documentVersion: String?
        var parameters: [String: [String]]
        var targets: [CommandTarget]
        var comment: String?
        var timeoutSeconds: Int
        var maxConcurrency: String
        var maxErrors: String
    }

    let windowExecutionId: String
    let taskExecutionId: String
    let invocationId: String
    /// nil before it has begun.
    let executionId: String?
    let taskType: String
    let parameters: String
    let status: ExecutionStatus
    let statusDetails: String?
    let startTime: EpochSeconds?
    let endTime: EpochSeconds?
    let ownerInformation: String?
    let windowTargetId: String?

    init(
        _ invocation: WindowInvocation,
        of task: WindowTask,
        at place: WindowPlace,
        in window: MaintenanceWindow
    ) throws {
        windowExecutionId = place.ofExecution.description
        taskExecutionId = place.ofTask.description
        invocationId = place.description
        executionId = invocation.startedAt == nil ? nil : place.description
        taskType = WindowTaskView.runCommand
        let command = window.command(at: place, task, invocation)
        let sent = Sent(
            documentName: command.documentName,
            documentVersion: command.documentVersion,
            parameters: command.parameters,
            targets: command.targets,
            comment: command.comment,
            timeoutSeconds: command.timeoutSeconds,
            maxConcurrency: command.maxConcurrency,
            maxErrors: command.maxErrors
        )
        parameters = try DomainJSON.encode(sent)
        status = invocation.status
        statusDetails = invocation.details
        startTime = invocation.startedAt.map { EpochSeconds($0) }
        endTime = invocation.endedAt.map { EpochSeconds($0) }
        ownerInformation = invocation.ownerInformation
        windowTargetId = invocation.windowTargetID
    }
}

extension WindowPlace {
    func with(task: Int, invocation: Int = 0) -> Self {
        Self(window: window, execution: execution, task: task, invocation: invocation)
    }
}
