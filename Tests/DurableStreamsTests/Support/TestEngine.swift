import DurableStreams
import Logging
import TestSupport
import Time

/// One process's engine, sender and the rest, over a store that may be shared.
struct TestEngine: Sendable {
    let store: any Store
    let hints = Hints()
    let sender: MessageSender
    let engine: EngineService
    let desk: OrderDesk

    init(
        _ id: String,
        store: any Store,
        types: [StreamType] = [StreamType(Account())],
        metrics: EngineMetrics = EngineMetrics(),
        configure: (inout EngineConfiguration) -> Void = { _ in }
    ) {
        self.store = store
        var configuration = EngineConfiguration()
        configuration.lease = .seconds(2)
        configuration.renewal = .milliseconds(200)
        configuration.idlePoll = .milliseconds(40)
        configuration.firstRetry = .milliseconds(2)
        configuration.longestRetry = .milliseconds(20)
        configure(&configuration)
        sender = MessageSender(store: store, hints: hints)
        desk = OrderDesk(store: store, hints: hints, logger: .quiet)
        engine = EngineService(
            id: id,
            store: store,
            types: types,
            hints: hints,
            configuration: configuration,
            metrics: metrics,
            logger: .quiet
        )
    }

    /// Runs the engine and the desk for as long as the body.
    func running<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            group.addTask { await desk.run() }
            let value = try await body()
            group.cancelAll()
            return value
        }
    }

    func ask(_ id: String, _ stream: StreamID, _ content: Account.Incoming) async throws -> Answer {
        let now = wallTime().microseconds
        return try await sender.ask(message(id, to: stream, content, at: now), timeout: .seconds(120))
    }
}

extension Answer {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
}
