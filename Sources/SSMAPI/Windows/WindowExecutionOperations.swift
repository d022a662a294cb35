import ControlPlane
import Domain
import Time

/// The operations on what came of maintenance windows.
enum WindowExecutionOperations {
    static let all = [list, get, tasks, task, invocations, invocation, cancel]

    private struct Input: Decodable, Sendable {
        var windowExecutionId: String
        var taskId: String?
        var invocationId: String?
        var filters: [Filter]?
        var maxResults: Int?
        var nextToken: String?

        var place: PagePlace { PagePlace(maxResults: maxResults, nextToken: nextToken) }
    }

    private static let taskID = Shape.Member.required("TaskId", WindowShapes.uuid)

    private static let list = Operation(
        "DescribeMaintenanceWindowExecutions",
        ofRegion: true,
        [WindowShapes.window] + WindowShapes.listing
    ) { (input: WindowListInput, call) in
        let bounds = try bounds(input.filters ?? [])
        let id = input.windowId ?? ""
        let window = try await call.windows().first { $0.id == id }
        // The newest first, as the page's keys rise.
        let executions = (window?.executions ?? []).filter { bounds.contains($0.startedAt) }.reversed()
        let (page, next) = try PageToken.page(
            "DescribeMaintenanceWindowExecutions",
            Array(executions),
            by: { String(Int64.max - Int64($0.number)) },
            after: input.place.nextToken,
            atMost: input.place.limit
        )
        let views = page.map { WindowExecutionView($0, of: id, showsTasks: false) }
        return ListPage("windowExecutions", views, next: next)
    }

    private static let get = Operation("GetMaintenanceWindowExecution", ofRegion: true, [WindowShapes.execution]) {
        (input: Input, call) in
        let (window, execution) = try await call.execution(input.windowExecutionId)
        return WindowExecutionView(execution, of: window.id, showsTasks: true)
    }

    private static let tasks = Operation(
        "DescribeMaintenanceWindowExecutionTasks",
        ofRegion: true,
        [WindowShapes.execution] + WindowShapes.listing
    ) { (input: Input, call) in
        let filters = try FilterList(input.filters ?? [], ["STATUS"])
        let (window, execution) = try await call.execution(input.windowExecutionId)
        let place = WindowPlace(window: window.id, execution: execution.number)
        let views = execution.tasks.enumerated().map { index, task in
            WindowTaskExecutionView(task, at: place.with(task: index + 1), isWhole: false)
        }.filter { filters.allows("STATUS", [$0.status.rawValue]) }
        let name = "DescribeMaintenanceWindowExecutionTasks"
        return try ListPage(
            "windowExecutionTaskIdentities",
            of: name,
            views,
            by: \.taskExecutionId,
            input.place
        )
    }

    private static let task = Operation(
        "GetMaintenanceWindowExecutionTask",
        ofRegion: true,
        [WindowShapes.execution, taskID]
    ) {
        (input: Input, call) in
        let (_, place, task) = try await find(input, call)
        return WindowTaskExecutionView(task, at: place, isWhole: true)
    }

    private static let invocations = Operation(
        "DescribeMaintenanceWindowExecutionTaskInvocations",
        ofRegion: true,
        [WindowShapes.execution, taskID] + WindowShapes.listing
    ) { (input: Input, call) in
        let filters = try FilterList(input.filters ?? [], ["STATUS"])
        let (window, place, task) = try await find(input, call)
        let views = try task.invocations.enumerated().map { index, invocation in
            let place = place.with(task: place.task, invocation: index + 1)
            return try WindowInvocationView(invocation, of: task.task, at: place, in: window)
        }.filter { filters.allows("STATUS", [$0.status.rawValue]) }
        let name = "DescribeMaintenanceWindowExecutionTaskInvocations"
        return try ListPage(
            "windowExecutionTaskInvocationIdentities",
            of: name,
            views,
            by: \.invocationId,
            input.place
        )
    }

    private static let invocation = Operation(
        "GetMaintenanceWindowExecutionTaskInvocation",
        ofRegion: true,
        [WindowShapes.execution, taskID, .required("InvocationId", WindowShapes.uuid)]
    ) { (input: Input, call) in
        let (window, taskPlace, task) = try await find(input, call)
        guard let place = WindowPlace(input.invocationId ?? ""), place.ofTask == taskPlace,
            let invocation = window.invocation(place)
        else { throw SSMError("DoesNotExistException", "The task's execution has no such invocation.") }
        return try WindowInvocationView(invocation, of: task.task, at: place, in: window)
    }

    private struct CancelOutput: Encodable, Sendable {
        var windowExecutionId: String
    }

    private static let cancel = Operation("CancelMaintenanceWindowExecution", for: .run, [WindowShapes.execution]) {
        (input: Input, call) in
        guard let place = WindowPlace(input.windowExecutionId), place == place.ofExecution else {
            throw SSMError.unknownExecution
        }
        try await call.windowed {
            try await call.services.maintenanceWindows.cancel(
                place,
                site: call.region,
                key: call.key,
                by: call.principal.name
            )
        }
        return CancelOutput(windowExecutionId: place.description)
    }

    // MARK: - Steps

    private static func find(
        _ input: Input,
        _ call: Call
    ) async throws -> (window: MaintenanceWindow, place: WindowPlace, task: TaskExecution) {
        let (window, execution) = try await call.execution(input.windowExecutionId)
        guard let place = WindowPlace(input.taskId ?? ""), place == place.ofTask, place.window == window.id,
            place.execution == execution.number, execution.tasks.indices.contains(place.task - 1)
        else { throw SSMError("DoesNotExistException", "The execution has no such task.") }
        return (window, place, execution.tasks[place.task - 1])
    }

    /// From `ExecutedAfter` to `ExecutedBefore`.
    private static func bounds(_ filters: [Filter]) throws(SSMError) -> ClosedRange<Timestamp> {
        try TimeBounds(filters, after: "ExecutedAfter", before: "ExecutedBefore").range
    }
}

/// Two filters that say from when to when.
struct TimeBounds {
    let range: ClosedRange<Timestamp>

    /// - Throws: ``SSMError`` for other keys, and for what is no time.
    init(_ filters: [Filter], after: String, before: String) throws(SSMError) {
        _ = try FilterList(filters, [after, before])
        let lower = try Self.moment(filters, after) ?? Timestamp(microseconds: .min)
        let upper = try Self.moment(filters, before) ?? Timestamp(microseconds: .max)
        range = lower...max(lower, upper)
    }

    private static func moment(_ filters: [Filter], _ key: String) throws(SSMError) -> Timestamp? {
        guard let text = filters.first(where: { $0.key == key })?.values?.first else { return nil }
        return try Timestamp(filter: key, text)
    }
}
