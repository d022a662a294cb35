import Synchronization
import Time

/// The tasks that a runner carries out now.
final class RunningTasks: Sendable {
    private struct State {
        var tasks: [MessageKey: ClaimedTask] = [:]
        var nextExtension = Moment()
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.tasks.count } }
    var all: [ClaimedTask] { state.withLock { Array($0.tasks.values) } }

    func add(_ task: ClaimedTask) { state.withLock { $0.tasks[key(task)] = task } }
    func remove(_ task: ClaimedTask) { state.withLock { $0.tasks[key(task)] = nil } }
    func contains(_ task: ClaimedTask) -> Bool { state.withLock { $0.tasks[key(task)] == task } }

    func isExtensionDue(_ now: Timestamp, every interval: Duration) -> Bool {
        state.withLock { state in
            guard !state.tasks.isEmpty, state.nextExtension.hasCome(now) else { return false }
            state.nextExtension = Moment(now, after: interval)
            return true
        }
    }

    private func key(_ task: ClaimedTask) -> MessageKey { MessageKey(stream: task.stream, id: task.id) }
}
