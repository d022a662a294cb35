import ControlPlane
import DurableStreams
import FoundationEssentials
import Postgres
import Probes
import ReadModels
import ServiceLifecycle
import Time

/// What the roles engine and worker run.
extension Server {
    func engine(
        _ client: PostgresClient,
        _ sealKey: SealKey,
        _ name: String,
        _ hints: Hints,
        _ keys: OrderKeys,
        _ metrics: EngineMetrics
    ) -> [any Service] {
        let store = PostgresStore(client: client, sealKey: sealKey)
        let retention = AnswerRetention(store: store, logger: logger)
        let engine = EngineService(
            id: name,
            store: store,
            types: StreamTypes.all(orderKeys: keys),
            hints: hints,
            metrics: metrics,
            logger: logger
        )
        return [
            Background(name: "engine's pool") { await client.run() }, Background(name: "engine") { await engine.run() },
            Background(name: "retention") { await retention.run() },
        ]
    }

    func runner(
        _ store: PostgresStore,
        _ reader: StreamReader,
        _ questions: FleetQuestions,
        _ content: ContentStore,
        _ client: PostgresClient,
        _ workflows: WorkflowLibrary,
        _ sender: MessageSender,
        _ name: String,
        _ hints: Hints,
        _ now: @escaping @Sendable () -> Timestamp
    ) -> any Service {
        let worker = CycleWorker(
            reader: reader,
            questions: questions,
            content: content,
            claims: NodeClaims(client: client),
            probe: Prober.ask,
            export: ReportExporter(environment: ProcessInfo.processInfo.environment, now: SystemClock.now).write,
            now: now
        )
        let policyWorker = PolicyWorker(
            reader: reader,
            questions: questions,
            workflows: workflows,
            logger: logger,
            now: now
        )
        let senders = CommandWorker(
            sender: sender,
            reader: reader,
            questions: questions,
            workflows: workflows,
            now: now
        )
        let handlers = [worker.handlers, policyWorker.handlers, senders.handlers]
            .reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
        let runner = TaskRunner(
            worker: name,
            store: store,
            hints: hints,
            handlers: handlers,
            now: now,
            logger: logger
        )
        return Background(name: "worker") { await runner.run() }
    }
}
