package import Time

/// A maintenance window as SSM has them: when it opens, it runs its tasks on its targets, those of one priority after those of another.
///
/// A node has one order at a time: of tasks of one priority, those that may be for the same nodes run one after the other.
package struct MaintenanceWindow: CommandSender {
    package static let streamKind = "maintenance-window"

    /// `SITE/mw-…`.
    package let name: String
    /// nil before it is made, and once it is deleted.
    package internal(set) var configuration: WindowConfiguration?
    /// Counts the changes of the configuration.
    package internal(set) var revision = 0
    package internal(set) var isDeleted = false
    package internal(set) var createdAt: Timestamp?
    package internal(set) var modifiedAt: Timestamp?
    package internal(set) var nextAt: Timestamp?
    /// Oldest first.
    package internal(set) var executions: [WindowExecution] = []
    /// How many there were.
    var count = 0
    /// The time of the last event.
    var clock = Timestamp(microseconds: .min)

    package init(name: String) { self.name = name }

    package static func sent(_ place: WindowPlace) -> MaintenanceWindowMessage { .commandSent(place) }

    package static func refused(_ place: WindowPlace, reason: String) -> MaintenanceWindowMessage {
        .commandRefused(place, reason: reason)
    }

    package var isKept: Bool { configuration != nil }

    package var wakeAt: Timestamp? {
        let cutoff = active.flatMap { $0.isPastCutoff ? nil : $0.occurrence.cutoff }
        return [nextAt, cutoff].compactMap { $0 }.min()
    }

    /// The execution that is at work; there is one at a time.
    package var active: WindowExecution? { executions.last { $0.endedAt == nil } }

    package func execution(_ number: Int) -> WindowExecution? { executions.first { $0.number == number } }

    package func invocation(_ place: WindowPlace) -> WindowInvocation? {
        guard place.window == id, let tasks = execution(place.execution)?.tasks,
            tasks.indices.contains(place.task - 1),
            tasks[place.task - 1].invocations.indices.contains(place.invocation - 1)
        else { return nil }
        return tasks[place.task - 1].invocations[place.invocation - 1]
    }
}
