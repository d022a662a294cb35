import DurableStreams
import Logging
import Synchronization
import TestSupport
import Testing
import Time

/// Work that streams ask for.
@Suite(.timeLimit(.minutes(10)))
struct TaskRunnerTests {
    private let savings = account("savings")

    private func runner(
        _ engine: TestEngine,
        attempts: Int = 3,
        lease: Duration = .seconds(30),
        _ handler: @escaping TaskHandler
    ) -> TaskRunner {
        var configuration = TaskRunnerConfiguration()
        configuration.attempts = attempts
        configuration.lease = lease
        configuration.firstRetry = .milliseconds(1)
        configuration.pollInterval = .milliseconds(20)
        var logger = Logger.quiet
        logger.logLevel = .critical
        return TaskRunner(
            worker: "runner",
            store: engine.store,
            hints: engine.hints,
            handlers: ["mail": handler],
            configuration: configuration,
            now: wallTime,
            logger: logger
        )
    }

    private func running(_ runner: TaskRunner, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await runner.run() }
            try await body()
            group.cancelAll()
        }
    }

    private func state(_ store: any Store) async throws -> Account.State {
        try await StreamReader(store: store).fold(Account(), savings)?.state ?? Account.State()
    }

    @Test("A task's result reaches its stream", arguments: StoreKind.allCases)
    func result(kind: StoreKind) async throws {
        try await kind.with { store in
            let engine = TestEngine("one", store: store)
            let runner = runner(engine) { task in
                [try message("\(task.id)/result", to: task.stream, .deposit(7), at: wallTime().microseconds)]
            }
            try await engine.running {
                try await running(runner) {
                    _ = try await engine.ask("1", savings, .work(kind: "mail"))
                    try await eventually { try await state(store).balance == 7 }
                }
            }
            #expect(try await store.claimTasks(of: ["mail"], for: "w", limit: 1, lease: .zero).isEmpty)
        }
    }

    @Test("A task that fails is tried again, then given up, and its stream is told why", arguments: StoreKind.allCases)
    func failure(kind: StoreKind) async throws {
        try await kind.with { store in
            let engine = TestEngine("one", store: store)
            let attempts = Locked<[Int]>([])
            let runner = runner(engine) { task in
                attempts.withLock { $0.append(task.attempt) }
                throw Impossible()
            }
            try await engine.running {
                try await running(runner) {
                    _ = try await engine.ask("1", savings, .work(kind: "mail"))
                    try await eventually { try await !state(store).failures.isEmpty }
                }
            }
            #expect(attempts.withLock { $0 } == [1, 2, 3])
            let body = "{\"task\":\"account/savings/1\",\"kind\":\"mail\",\"work\":{},\"error\":\"Impossible()\"}"
            #expect(try await state(store).failures == [body])
        }
    }

    @Test("A failure that is final is not tried again")
    func permanentFailure() async throws {
        let engine = TestEngine("one", store: InMemoryStore(now: wallTime))
        let attempts = Locked(0)
        let runner = runner(engine) { _ in
            attempts.withLock { $0 += 1 }
            throw PermanentTaskFailure("no such mailbox")
        }
        try await engine.running {
            try await running(runner) {
                _ = try await engine.ask("1", savings, .work(kind: "mail"))
                try await eventually { try await !state(engine.store).failures.isEmpty }
            }
        }
        #expect(attempts.withLock { $0 } == 1)
        #expect(try await state(engine.store).failures[0].contains("no such mailbox"))
    }

    @Test("A result that can never be stored is a failure that is final")
    func unstorableResult() async throws {
        let engine = TestEngine("one", store: InMemoryStore(now: wallTime))
        let attempts = Locked(0)
        let runner = runner(engine) { task in
            attempts.withLock { $0 += 1 }
            let id = String(repeating: "x", count: Limits.nameBytes + 1)
            return [try message(id, to: task.stream, .deposit(1), at: wallTime().microseconds)]
        }
        try await engine.running {
            try await running(runner) {
                _ = try await engine.ask("1", savings, .work(kind: "mail"))
                try await eventually { try await !state(engine.store).failures.isEmpty }
            }
        }
        #expect(attempts.withLock { $0 } == 1)
        #expect(try await state(engine.store).failures[0].contains("its id has 257 bytes and may have 256; shorten it"))
    }

    @Test("A worker that dies with its claim is replaced, and its late result counts for nothing")
    func claimRunsOut() async throws {
        let engine = TestEngine("one", store: InMemoryStore(now: wallTime))
        try await engine.running {
            _ = try await engine.ask("1", savings, .work(kind: "mail"))
            let dead = try #require(
                try await engine.store.claimTasks(of: ["mail"], for: "w", limit: 1, lease: .zero).first
            )
            let runner = runner(engine) { task in
                [try message("\(task.id)/result", to: task.stream, .deposit(task.attempt), at: wallTime().microseconds)]
            }
            try await running(runner) { try await eventually { try await state(engine.store).balance == 2 } }
            let late = try message("late", to: savings, .deposit(100))
            #expect(try await !engine.store.complete(dead, messages: [late]))
        }
    }

    @Test("A claim is prolonged while its handler runs")
    func prolonging() async throws {
        let engine = TestEngine("one", store: InMemoryStore(now: wallTime))
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let starts = Locked(0)
        let runner = runner(engine, lease: .milliseconds(300)) { _ in
            starts.withLock { $0 += 1 }
            for await _ in gate { break }
            return []
        }
        try await engine.running {
            try await running(runner) {
                _ = try await engine.ask("1", savings, .work(kind: "mail"))
                try await eventually { starts.withLock { $0 } == 1 }
                // Several leases long; the test is of time itself.
                try await Task.sleep(for: .seconds(1))
                #expect(starts.withLock { $0 } == 1)
                open.finish()
            }
            // The runner has ended, and with it the handler: looking for claims that ran out would have taken its own.
            #expect(try await engine.store.claimTasks(of: ["mail"], for: "w", limit: 1, lease: .zero).isEmpty)
        }
        #expect(starts.withLock { $0 } == 1)
    }

    @Test("A runner that is told to stop finishes what it carries out")
    func drain() async throws {
        let engine = TestEngine("one", store: InMemoryStore(now: wallTime))
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let (started, ended) = (Locked(false), Locked(false))
        let runner = runner(engine) { _ in
            started.withLock { $0 = true }
            for await _ in gate { break }
            ended.withLock { $0 = !Task.isCancelled }
            return []
        }
        try await engine.running {
            let running = Task { await runner.run() }
            _ = try await engine.ask("1", savings, .work(kind: "mail"))
            try await eventually { started.withLock { $0 } }
            running.cancel()
            #expect(!ended.withLock { $0 })
            open.finish()
            await running.value
        }
        #expect(ended.withLock { $0 })
    }
}
