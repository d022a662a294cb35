import Time

extension InMemoryStore {
    package func claimTasks(
        of kinds: [String],
        for worker: String,
        limit: Int,
        lease: Duration
    ) async throws(StoreError) -> [ClaimedTask] {
        let now = now()
        return try await run(.task) { tables in
            let due = tables.tasks.filter {
                !$0.value.isDead && $0.value.dueAt <= now && kinds.contains($0.value.task.kind)
            }
            let oldest = due.sorted { ($0.value.dueAt, $0.key.id) < ($1.value.dueAt, $1.key.id) }.prefix(limit)
            return oldest.compactMap { key, _ in
                tables.tasks[key]?.task.attempt += 1
                tables.tasks[key]?.dueAt = now + lease
                tables.tasks[key]?.worker = worker
                return tables.tasks[key]?.task
            }
        }
    }

    package func releaseClaims(of worker: String) async throws(StoreError) {
        let now = now()
        try await run(.task) { tables in
            for (key, row) in tables.tasks where row.worker == worker && !row.isDead {
                tables.tasks[key]?.dueAt = now
                tables.tasks[key]?.worker = nil
            }
        }
    }

    package func extendClaims(_ tasks: [ClaimedTask], lease: Duration) async throws(StoreError) -> [ClaimedTask] {
        let now = now()
        return try await run(.task) { tables in
            tasks.filter { task in
                guard let key = tables.heldKey(task) else { return true }
                tables.tasks[key]?.dueAt = now + lease
                return false
            }
        }
    }

    package func complete(_ task: ClaimedTask, messages: [Message]) async throws(StoreError) -> Bool {
        try await run(.task) { tables in
            guard let key = tables.heldKey(task) else { return false }
            tables.tasks[key] = nil
            tables.send(messages)
            return true
        }
    }

    package func retry(_ task: ClaimedTask, error: String, after delay: Duration) async throws(StoreError) {
        let now = now()
        try await run(.task) { tables in
            guard let key = tables.heldKey(task) else { return }
            tables.tasks[key]?.dueAt = now + delay
            tables.tasks[key]?.error = error
            tables.tasks[key]?.worker = nil
        }
    }

    package func bury(_ task: ClaimedTask, error: String, message: Message) async throws(StoreError) {
        try await run(.task) { tables in
            guard let key = tables.heldKey(task) else { return }
            tables.tasks[key]?.isDead = true
            tables.tasks[key]?.error = error
            tables.send([message])
        }
    }
}

extension MemoryTables {
    /// The key of the task if this attempt still holds it.
    fileprivate func heldKey(_ task: ClaimedTask) -> MessageKey? {
        let key = MessageKey(stream: task.stream, id: task.id)
        guard let row = tasks[key], row.task.attempt == task.attempt, !row.isDead else { return nil }
        return key
    }
}
