package import ControlPlane
import Domain
package import DurableStreams
package import Logging
package import Postgres
package import ReadModels
import TestSupport
import Time

/// A control plane with every role, as one process runs it.
package struct TestControlPlane: Sendable {
    /// Connections of one control plane: many run beside each other on one server.
    fileprivate static let connections = 5

    package let client: PostgresClient
    package let clock: TestClock
    package let store: PostgresStore
    package let reader: StreamReader
    package let content: ContentStore
    package let projector: Projector
    package let questions: FleetQuestions
    package let services: ControlPlaneServices
    package let sender: MessageSender
    /// A look of its own: it has seen nothing yet.
    package let watch: DeliveryWatch

    private let engine: EngineService
    private let runner: TaskRunner
    private let lines: DeliveryLines
    private let orders: OrderDesk

    fileprivate init(
        _ deployment: TestDeployment,
        _ client: PostgresClient,
        _ logger: Logger?,
        _ probe: GateProbe?,
        _ deliver: DeliverySender?,
        _ export: ReportWriter?,
        _ work: (@escaping TaskHandler) -> TaskHandler
    ) {
        let now: @Sendable () -> Timestamp = { deployment.clock.now }
        let hints = Hints()
        self.client = client
        clock = deployment.clock
        store = PostgresStore(client: client, sealKey: TestDeployment.sealKey)
        reader = StreamReader(store: store)
        content = ContentStore(client: client)
        projector = Projector(client: client, reader: reader, content: content, logger: logger ?? .quiet)
        questions = FleetQuestions(client: client, reader: reader, content: content, projector: projector, now: now)
        orders = OrderDesk(store: store, hints: hints, logger: logger ?? .quiet)
        sender = MessageSender(store: store, hints: hints)
        engine = EngineService(
            id: "test-\(UInt64.random(in: 0 ... .max))",
            store: store,
            types: StreamTypes.all(orderKeys: deployment.orderKeys),
            hints: hints,
            time: .given(now),
            logger: logger ?? .quiet
        )
        let claims = NodeClaims(client: client)
        let worker = CycleWorker(
            reader: reader,
            questions: questions,
            content: content,
            claims: claims,
            probe: probe ?? { _ in CheckFinding(passed: true, found: "well") },
            export: export ?? { place, _ in throw NeverHappened(description: "nobody writes \(place) here") },
            now: now
        )
        let policyWorker = PolicyWorker(
            reader: reader,
            questions: questions,
            workflows: deployment.workflows,
            logger: logger ?? .silent,
            now: now
        )
        let deliveries = DeliveryWorker(
            reader: reader,
            send: deliver ?? { destination, _, _ in throw DeliveryRefusal("\(destination.name) is nobody here") },
            now: now
        )
        watch = DeliveryWatch(
            reader: reader,
            questions: questions,
            workflows: deployment.workflows,
            sender: sender,
            logger: logger ?? .quiet,
            now: now
        )
        let senders = CommandWorker(
            sender: sender,
            reader: reader,
            questions: questions,
            workflows: deployment.workflows,
            patience: .seconds(120),
            now: now
        )
        lines = DeliveryLines(
            name: "test",
            store: store,
            hints: hints,
            handler: work(deliveries.carryOut),
            now: now,
            logger: logger ?? .silent
        )
        let handlers = [worker.handlers, policyWorker.handlers, senders.handlers]
            .reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
            .mapValues(work)
        runner = TaskRunner(
            worker: "test",
            store: store,
            hints: hints,
            handlers: handlers,
            now: now,
            logger: logger ?? .silent
        )
        services = ControlPlaneServices(
            sender: sender,
            orders: orders,
            engines: EngineDesk(store: store, hints: hints),
            reader: reader,
            content: content,
            questions: questions,
            workflows: deployment.workflows,
            orderKeys: deployment.orderKeys,
            sealKey: TestDeployment.sealKey,
            patience: .seconds(120),
            now: now
        )
    }

    fileprivate func run<Value: Sendable>(_ body: (TestControlPlane) async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            group.addTask { await runner.run() }
            group.addTask { await lines.run() }
            group.addTask { await orders.run() }
            group.addTask { await projector.run() }
            defer { group.cancelAll() }
            return try await body(self)
        }
    }
}

extension TestDeployment {
    /// Runs the body with a control plane, as a process would run it; then drains it.
    ///
    /// - Parameters:
    ///   - logger: what its parts log to; nil to hear of errors alone.
    ///   - probe: what gates' checks find; nil finds all well.
    ///   - deliver: what brings notices to destinations; nil refuses them all.
    ///   - export: what writes report stages' files; nil cannot.
    ///   - work: what to put in the place of a worker's handler.
    package func serve<Value: Sendable>(
        logger: Logger? = nil,
        probe: GateProbe? = nil,
        deliver: DeliverySender? = nil,
        export: ReportWriter? = nil,
        work: (@escaping TaskHandler) -> TaskHandler = { $0 },
        _ body: (TestControlPlane) async throws -> Value
    ) async throws -> Value {
        let client = try database.client { $0.maxConnections = TestControlPlane.connections }
        do {
            let value = try await TestControlPlane(self, client, logger, probe, deliver, export, work).run(body)
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }
}

/// Runs the body with a control plane of its own, on a database of its own.
package func withControlPlane<Value: Sendable>(
    workflow: String? = nil,
    work: @escaping (@escaping TaskHandler) -> TaskHandler = { $0 },
    _ body: (TestControlPlane) async throws -> Value
) async throws -> Value {
    try await TestDeployment.with(workflow: workflow) { try await $0.serve(work: work, body) }
}

extension Logger {
    /// For parts that are made to fail.
    fileprivate static var silent: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}
