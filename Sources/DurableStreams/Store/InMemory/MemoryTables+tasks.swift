package import Time

extension MemoryTables {
    package mutating func claimTasks(
        of kinds: [String],
        for worker: String,
        limit: Int,
        lease: Duration,
        at now: Timestamp
    ) -> [ClaimedTask] {
        let due = tasks.filter { !$0.value.isDead && $0.value.dueAt <= now && kinds.contains($0.value.task.kind) }
        let oldest = due.sorted {
            ($0.value.dueAt, $0.key.id, $0.key.stream) < ($1.value.dueAt, $1.key.id, $1.key.stream)
        }
        return oldest.prefix(limit).compactMap { key, _ in
            tasks[key]?.task.attempt += 1
            tasks[key]?.dueAt = now + lease
            tasks[key]?.worker = worker
            return tasks[key]?.task
        }
    }

    package mutating func releaseClaims(of worker: String, at now: Timestamp) {
        for (key, row) in tasks where row.worker == worker && !row.isDead {
            tasks[key]?.dueAt = now
            tasks[key]?.worker = nil
        }
    }

    /// - Returns: the tasks that are no longer held.
    package mutating func extendClaims(_ claimed: [ClaimedTask], lease: Duration, at now: Timestamp) -> [ClaimedTask] {
        claimed.filter { task in
            guard let key = heldKey(task) else { return true }
            tasks[key]?.dueAt = now + lease
            return false
        }
    }

    package mutating func complete(_ task: ClaimedTask, messages: [Message]) -> Bool {
        guard let key = heldKey(task) else { return false }
        tasks[key] = nil
        send(messages)
        return true
    }

    package mutating func retry(_ task: ClaimedTask, error: String, after delay: Duration, at now: Timestamp) {
        guard let key = heldKey(task) else { return }
        tasks[key]?.dueAt = now + delay
        tasks[key]?.error = error
        tasks[key]?.worker = nil
    }

    package mutating func bury(_ task: ClaimedTask, error: String, message: Message?) {
        guard let key = heldKey(task) else { return }
        tasks[key]?.isDead = true
        tasks[key]?.error = error
        if let message { send([message]) }
    }

    /// When a task is due next, and whether there is one that is not dead.
    package var nextTaskDue: Timestamp? { tasks.values.lazy.filter { !$0.isDead }.map(\.dueAt).min() }

    /// The key of the task if this attempt still holds it.
    private func heldKey(_ task: ClaimedTask) -> MessageKey? {
        let key = MessageKey(stream: task.stream, id: task.id)
        guard let row = tasks[key], row.task.attempt == task.attempt, !row.isDead else { return nil }
        return key
    }
}
