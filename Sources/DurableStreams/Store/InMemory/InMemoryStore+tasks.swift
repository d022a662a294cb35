extension InMemoryStore {
    package func claimTasks(
        of kinds: [String],
        for worker: String,
        limit: Int,
        lease: Duration
    ) async throws(StoreError) -> [ClaimedTask] {
        let now = now()
        return try await run(.task) { $0.claimTasks(of: kinds, for: worker, limit: limit, lease: lease, at: now) }
    }

    package func releaseClaims(of worker: String) async throws(StoreError) {
        let now = now()
        try await run(.task) { $0.releaseClaims(of: worker, at: now) }
    }

    package func extendClaims(_ tasks: [ClaimedTask], lease: Duration) async throws(StoreError) -> [ClaimedTask] {
        let now = now()
        return try await run(.task) { $0.extendClaims(tasks, lease: lease, at: now) }
    }

    package func complete(_ task: ClaimedTask, messages: [Message]) async throws(StoreError) -> Bool {
        try await run(.task) { $0.complete(task, messages: messages) }
    }

    package func retry(_ task: ClaimedTask, error: String, after delay: Duration) async throws(StoreError) {
        let now = now()
        try await run(.task) { $0.retry(task, error: error, after: delay, at: now) }
    }

    package func bury(_ task: ClaimedTask, error: String, message: Message?) async throws(StoreError) {
        try await run(.task) { $0.bury(task, error: error, message: message) }
    }
}
