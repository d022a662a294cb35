import ControlPlane
import Domain
import Time

/// A window's id, as answers and requests have it.
struct WindowReference: Codable, Sendable {
    var windowId: String
}

/// What the operations that list something of windows take.
struct WindowListInput: Decodable, Sendable {
    /// nil for the lists of windows themselves.
    var windowId: String?
    var filters: [Filter]?
    var maxResults: Int?
    var nextToken: String?

    var place: PagePlace { PagePlace(maxResults: maxResults, nextToken: nextToken) }
}

/// The members of two values beside each other.
struct Merged<First: Encodable & Sendable, Second: Encodable & Sendable>: Encodable, Sendable {
    let first: First
    let second: Second

    init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    func encode(to encoder: any Encoder) throws {
        try first.encode(to: encoder)
        try second.encode(to: encoder)
    }
}

/// What a window shows beside its settings.
struct WindowStanding: Encodable, Sendable {
    let windowId: String
    let nextExecutionTime: String?
    let createdDate: EpochSeconds?
    let modifiedDate: EpochSeconds?

    init(_ window: MaintenanceWindow) {
        windowId = window.id
        nextExecutionTime = window.nextAt.map(window.text)
        createdDate = window.createdAt.map { EpochSeconds($0) }
        modifiedDate = window.modifiedAt.map { EpochSeconds($0) }
    }
}

/// SSM's `MaintenanceWindowIdentity`.
struct WindowIdentity: Encodable, Sendable {
    let windowId: String
    let name: String
    let description: String?
    let enabled: Bool
    let duration: Int
    let cutoff: Int
    let schedule: String
    let scheduleTimezone: String?
    let scheduleOffset: Int?
    let startDate: String?
    let endDate: String?
    let nextExecutionTime: String?

    init(_ window: MaintenanceWindow, _ settings: WindowSettings) {
        windowId = window.id
        name = settings.name
        description = settings.description
        enabled = settings.enabled
        duration = settings.duration
        cutoff = settings.cutoff
        schedule = settings.schedule
        scheduleTimezone = settings.scheduleTimezone
        scheduleOffset = settings.scheduleOffset
        startDate = settings.startDate
        endDate = settings.endDate
        nextExecutionTime = window.nextAt.map(window.text)
    }
}

/// SSM's `MaintenanceWindowTarget`; the answer to a change has no resource type.
struct WindowTargetView: Encodable, Sendable {
    let windowId: String
    let windowTargetId: String
    let resourceType: String?
    let targets: [CommandTarget]
    let ownerInformation: String?
    let name: String?
    let description: String?

    init(_ target: WindowTarget, of window: String, showsType: Bool = true) {
        windowId = window
        windowTargetId = target.windowTargetId
        resourceType = showsType ? target.resourceType : nil
        targets = target.targets
        ownerInformation = target.ownerInformation
        name = target.name
        description = target.description
    }
}

/// A task, with the members that the operation has.
struct WindowTaskView: Encodable, Sendable {
    enum Operation { case get, list, update }

    struct Invocation: Encodable, Sendable {
        let runCommand: RunCommandParameters
    }

    let windowId: String
    let windowTaskId: String
    let taskArn: String
    let taskType: String?
    let type: String?
    let targets: [CommandTarget]
    let taskParameters: [String: ParameterValues]
    let taskInvocationParameters: Invocation?
    let priority: Int
    let maxConcurrency: String
    let maxErrors: String
    let serviceRoleArn: String?
    let loggingInfo: LoggingInfo?
    let name: String?
    let description: String?
    /// Nothing where nothing was given, as Terraform expects it.
    let cutoffBehavior: WindowTask.CutoffBehavior?
    let alarmConfiguration: AlarmConfiguration?

    static let runCommand = "RUN_COMMAND"

    init(_ task: WindowTask, of window: String, in operation: Operation) {
        windowId = window
        windowTaskId = task.windowTaskId
        taskArn = task.taskArn
        taskType = operation == .get ? Self.runCommand : nil
        type = operation == .list ? Self.runCommand : nil
        targets = task.targets
        taskParameters = task.kept.taskParameters ?? [:]
        taskInvocationParameters = operation == .list ? nil : task.command.map { Invocation(runCommand: $0) }
        priority = task.priority
        maxConcurrency = task.maxConcurrency
        maxErrors = task.maxErrors
        serviceRoleArn = task.kept.serviceRoleArn
        loggingInfo = task.kept.loggingInfo
        name = task.name
        description = task.description
        cutoffBehavior = task.cutoffBehavior
        alarmConfiguration = task.kept.alarmConfiguration
    }
}
