import Domain

/// What the operations on tasks say of one.
struct WindowTaskInput: Decodable, Sendable {
    struct Invocation: Decodable, Sendable {
        var runCommand: RunCommandParameters?
    }

    var windowId: String
    var windowTaskId: String?
    var targets: [TargetItem]?
    var taskArn: String?
    var taskType: String?
    var serviceRoleArn: String?
    var taskParameters: [String: ParameterValues]?
    var taskInvocationParameters: Invocation?
    var priority: Int?
    var maxConcurrency: String?
    var maxErrors: String?
    var loggingInfo: LoggingInfo?
    var name: String?
    var description: String?
    var cutoffBehavior: WindowTask.CutoffBehavior?
    var alarmConfiguration: AlarmConfiguration?
    var clientToken: String?
    var replace: Bool?
}

extension WindowTaskInput {
    func task(_ id: String) throws(SSMError) -> WindowTask {
        guard let taskArn else { throw .missing("taskArn") }
        guard let targets else {
            throw .validation("A RUN_COMMAND task needs Targets: WindowTargetIds of the window, or InstanceIds.")
        }
        guard let maxConcurrency, let maxErrors else {
            throw .validation("Maintenance window tasks with targets need MaxConcurrency and MaxErrors.")
        }
        return WindowTask(
            windowTaskId: id,
            taskArn: taskArn,
            targets: try TargetItem.ofTask(targets),
            priority: priority ?? 0,
            maxConcurrency: maxConcurrency,
            maxErrors: maxErrors,
            command: taskInvocationParameters?.runCommand,
            cutoffBehavior: cutoffBehavior,
            name: name,
            description: description,
            kept: WindowTask.Kept(
                serviceRoleArn: serviceRoleArn,
                taskParameters: taskParameters,
                loggingInfo: loggingInfo,
                alarmConfiguration: alarmConfiguration
            )
        )
    }

    /// With what is given in the place of what there is; with `Replace`, nothing of what is not given is left.
    func updated(_ present: WindowTask) throws(SSMError) -> WindowTask {
        guard replace != true else { return try task(present.windowTaskId) }
        var task = present
        if let targets { task.targets = try TargetItem.ofTask(targets) }
        task.taskArn = taskArn ?? present.taskArn
        task.priority = priority ?? present.priority
        task.maxConcurrency = maxConcurrency ?? present.maxConcurrency
        task.maxErrors = maxErrors ?? present.maxErrors
        task.command = taskInvocationParameters?.runCommand ?? present.command
        task.cutoffBehavior = cutoffBehavior ?? present.cutoffBehavior
        task.name = name ?? present.name
        task.description = description ?? present.description
        task.kept.serviceRoleArn = serviceRoleArn ?? present.kept.serviceRoleArn
        task.kept.taskParameters = taskParameters ?? present.kept.taskParameters
        task.kept.loggingInfo = loggingInfo ?? present.kept.loggingInfo
        task.kept.alarmConfiguration = alarmConfiguration ?? present.kept.alarmConfiguration
        return task
    }
}
