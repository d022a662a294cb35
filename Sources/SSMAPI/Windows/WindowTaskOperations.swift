import ControlPlane
import Domain

/// The operations on the tasks of maintenance windows.
enum WindowTaskOperations {
    static let all = [register, update, deregister, get, describe]

    private struct Reference: Codable, Sendable {
        var windowId: String?
        var windowTaskId: String
    }

    private static let id = Shape.Member.required("WindowTaskId", WindowShapes.uuid)
    private static let arn = Shape.text(1...1_600)
    private static let types = [WindowTaskView.runCommand, "AUTOMATION", "STEP_FUNCTIONS", "LAMBDA"]

    private static let register = Operation(
        "RegisterTaskWithMaintenanceWindow",
        for: .run,
        [
            WindowShapes.window, .required("TaskArn", arn), .required("TaskType", .word(types)), WindowShapes.token,
        ] + WindowShapes.taskParts
    ) { (input: WindowTaskInput, call) in
        guard input.taskType == WindowTaskView.runCommand else {
            throw SSMError(
                "FeatureNotAvailableException",
                "Tasks of the type \(input.taskType ?? "") are not available here: register a RUN_COMMAND task."
            )
        }
        let id = Call.uuid("window task of \(input.windowId)", token: input.clientToken)
        let task = try input.task(id)
        try await call.changeWindow(input.windowId) { try $0.register(task) }
        return Reference(windowTaskId: id)
    }

    private static let update = Operation(
        "UpdateMaintenanceWindowTask",
        for: .run,
        [WindowShapes.window, id, .optional("TaskArn", arn), .optional("Replace", .boolean)] + WindowShapes.taskParts
    ) { (input: WindowTaskInput, call) in
        let id = input.windowTaskId?.lowercased() ?? ""
        let window = try await call.changeWindow(input.windowId) { configuration in
            try configuration.replace(try input.updated(try configuration.task(id)))
        }
        return WindowTaskView(try task(id, of: window), of: window.id, in: .update)
    }

    private static let deregister = Operation(
        "DeregisterTaskFromMaintenanceWindow",
        for: .run,
        [WindowShapes.window, id]
    ) {
        (input: WindowTaskInput, call) in
        let id = input.windowTaskId?.lowercased() ?? ""
        try await call.changeWindow(input.windowId) { try $0.deregisterTask(id) }
        return Reference(windowId: input.windowId, windowTaskId: id)
    }

    private static let get = Operation("GetMaintenanceWindowTask", ofRegion: true, [WindowShapes.window, id]) {
        (input: WindowTaskInput, call) in
        let window = try await call.window(input.windowId)
        let task = try task(input.windowTaskId?.lowercased() ?? "", of: window)
        return WindowTaskView(task, of: window.id, in: .get)
    }

    private static let describe = Operation(
        "DescribeMaintenanceWindowTasks",
        ofRegion: true,
        [WindowShapes.window] + WindowShapes.listing
    ) { (input: WindowListInput, call) in
        let filters = try FilterList(input.filters ?? [], ["WindowTaskId", "TaskArn", "Priority", "TaskType"])
        let window = try await call.window(input.windowId ?? "")
        let tasks = (window.configuration?.tasks ?? []).filter { task in
            filters.allows("WindowTaskId", [task.windowTaskId]) && filters.allows("TaskArn", [task.taskArn])
                && filters.allows("Priority", ["\(task.priority)"])
                && filters.allows("TaskType", [WindowTaskView.runCommand])
        }.sorted { $0.windowTaskId < $1.windowTaskId }.map { WindowTaskView($0, of: window.id, in: .list) }
        return try ListPage("tasks", of: "DescribeMaintenanceWindowTasks", tasks, by: \.windowTaskId, input.place)
    }

    // MARK: - Steps

    private static func task(_ id: String, of window: MaintenanceWindow) throws(SSMError) -> WindowTask {
        guard let task = window.configuration?.tasks.first(where: { $0.windowTaskId == id }) else {
            throw SSMError("DoesNotExistException", "The maintenance window \(window.id) has no task \(id).")
        }
        return task
    }
}

extension TargetItem {
    /// Those of a task: targets of its window, or nodes by their ids.
    static func ofTask(_ items: [Self]) throws(SSMError) -> [CommandTarget] {
        let targets = try list(items)
        guard targets.allSatisfy({ ["InstanceIds", WindowTask.windowTargetIDs].contains($0.key) }) else {
            throw .validation("A task's targets are WindowTargetIds of its window, or InstanceIds.")
        }
        return targets
    }
}
