import Synchronization
package import Time

/// The store in memory, for tests and simulation; it answers as PostgreSQL would.
package final class InMemoryStore: Store {
    /// What goes wrong with one call.
    package enum Fault: Sendable {
        /// Nothing happens, and the caller knows.
        case fail
        /// It happens, and the caller is told that its outcome is unknown.
        case loseAnswer
        /// It does not happen, and the caller is told that its outcome is unknown.
        case loseCall
    }

    /// What is called, for faults that strike some calls only.
    package enum Call: Sendable {
        case append(Flush)
        case send([Message])
        case read
        case lease
        case task
    }

    let tables = Mutex(MemoryTables())
    let now: @Sendable () -> Timestamp
    private let fault: @Sendable (Call) async -> Fault?

    /// - Parameters:
    ///   - now: the store's own clock, which leases and tasks go by.
    ///   - fault: asked before each call; it may also take its time.
    package init(
        now: @escaping @Sendable () -> Timestamp,
        fault: @escaping @Sendable (Call) async -> Fault? = { _ in nil }
    ) {
        self.now = now
        self.fault = fault
    }

    /// Runs the call on the tables, with the fault that strikes it.
    func run<Value: Sendable>(
        _ call: Call,
        _ body: (inout MemoryTables) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        switch await fault(call) {
        case .fail:
            throw StoreError(.unavailable, "the store failed on purpose; try again")
        case .loseCall:
            throw StoreError(.outcomeUnknown, "the call was lost on purpose; read the data before repeating it")
        case .loseAnswer:
            _ = try tables.withLock { tables throws(StoreError) in try body(&tables) }
            throw StoreError(.outcomeUnknown, "the answer was lost on purpose; read the data before repeating it")
        case nil:
            return try tables.withLock { tables throws(StoreError) in try body(&tables) }
        }
    }

    // MARK: - For tests

    /// All rows as they are; setting them brings the store to another moment.
    package var backup: MemoryTables {
        get { tables.withLock { $0 } }
        set { tables.withLock { $0 = newValue } }
    }

    /// Changes the log behind the engine's back, as a superuser could.
    package func tamper(_ body: (inout [Commit]) -> Void, in shard: Shard) {
        tables.withLock { $0.tamper(body, in: shard) }
    }
}
