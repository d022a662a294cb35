/// All that people set on a maintenance window: one value, which each change replaces as a whole.
package struct WindowConfiguration: Codable, Equatable, Sendable {
    /// SSM's quotas.
    package static let mostTargets = 100
    package static let mostTasks = 20
    package static let mostTags = 50

    package var settings: WindowSettings
    package var tags: [String: String]
    package var targets: [WindowTarget]
    package var tasks: [WindowTask]

    package init(
        settings: WindowSettings,
        tags: [String: String] = [:],
        targets: [WindowTarget] = [],
        tasks: [WindowTask] = []
    ) {
        self.settings = settings
        self.tags = tags
        self.targets = targets
        self.tasks = tasks
    }

    // MARK: - Targets

    package func target(_ id: String) throws(MaintenanceWindowRefusal) -> WindowTarget {
        guard let target = targets.first(where: { $0.windowTargetId == id }) else { throw .unknown("target \(id)") }
        return target
    }

    /// The same one again changes nothing.
    package mutating func register(_ target: WindowTarget) throws(MaintenanceWindowRefusal) {
        if let present = targets.first(where: { $0.windowTargetId == target.windowTargetId }) {
            guard present == target else { throw .otherParameters }
            return
        }
        guard targets.count < Self.mostTargets else { throw .tooMany("targets", most: Self.mostTargets) }
        targets.append(target)
    }

    package mutating func replace(_ target: WindowTarget) throws(MaintenanceWindowRefusal) {
        guard let index = targets.firstIndex(where: { $0.windowTargetId == target.windowTargetId }) else {
            throw .unknown("target \(target.windowTargetId)")
        }
        targets[index] = target
    }

    /// - Parameter safe: refuse it while a task is for the target.
    package mutating func deregisterTarget(_ id: String, safe: Bool) throws(MaintenanceWindowRefusal) {
        _ = try target(id)
        if safe, let task = tasks.first(where: { $0.windowTargets.contains(id) }) {
            throw .targetInUse(id, task: task.windowTaskId)
        }
        targets.removeAll { $0.windowTargetId == id }
    }

    // MARK: - Tasks

    package func task(_ id: String) throws(MaintenanceWindowRefusal) -> WindowTask {
        guard let task = tasks.first(where: { $0.windowTaskId == id }) else { throw .unknown("task \(id)") }
        return task
    }

    /// The same one again changes nothing.
    package mutating func register(_ task: WindowTask) throws(MaintenanceWindowRefusal) {
        if let present = tasks.first(where: { $0.windowTaskId == task.windowTaskId }) {
            guard present == task else { throw .otherParameters }
            return
        }
        guard tasks.count < Self.mostTasks else { throw .tooMany("tasks", most: Self.mostTasks) }
        try check(task)
        tasks.append(task)
    }

    package mutating func replace(_ task: WindowTask) throws(MaintenanceWindowRefusal) {
        guard let index = tasks.firstIndex(where: { $0.windowTaskId == task.windowTaskId }) else {
            throw .unknown("task \(task.windowTaskId)")
        }
        try check(task)
        tasks[index] = task
    }

    package mutating func deregisterTask(_ id: String) throws(MaintenanceWindowRefusal) {
        _ = try task(id)
        tasks.removeAll { $0.windowTaskId == id }
    }

    private func check(_ task: WindowTask) throws(MaintenanceWindowRefusal) {
        let named = task.windowTargets
        for id in named { _ = try target(id) }
        guard let nodes = task.otherTargets.instanceIDs else {
            guard !named.isEmpty else {
                throw .unfit("a Run Command task needs targets: WindowTargetIds of the window, or InstanceIds")
            }
            return
        }
        guard !settings.allowUnassociatedTargets else { return }
        let registered = Set(targets.flatMap { $0.targets.instanceIDs ?? [] })
        guard let stranger = nodes.first(where: { !registered.contains($0) }) else { return }
        throw .unfit("\(stranger) is no target of the window, and the window does not allow unassociated targets")
    }
}
