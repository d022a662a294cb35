import ControlPlane
import DurableStreams
import EmbeddedPostgres
import FoundationEssentials
import Glibc
import Logging
import NIOCore
import Postgres
import Probes
import Prometheus
import ReadModels
import Schema
import ServiceLifecycle
import Time
import UnixSignals

/// One server process: the parts that its roles need, started in order and drained in reverse.
struct Server: Sendable {
    let command: ServeCommand
    let tls: ServerTLS?
    let logger: Logger

    /// - Parameter tls: nil for plain HTTP.
    init(command: ServeCommand, tls: ServerTLS?, logger: Logger) {
        self.command = command
        self.tls = tls
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT.
    func run() async throws {
        guard let conninfo = command.database.conninfo else {
            let lock = try ServerLock(dataFolder: command.database.data)
            let postgres = try await EmbeddedPostgres.start(dataFolder: command.database.data, logger: logger)
            do {
                try await serve(conninfo: postgres.conninfo, postgres: postgres)
            } catch {
                await postgres.stop()
                throw error
            }
            return withExtendedLifetime(lock) {}
        }
        try FolderOfData.make(command.database.data)
        try await serve(conninfo: conninfo, postgres: nil)
    }

    // MARK: - Steps

    private func serve(conninfo: String, postgres: EmbeddedPostgres?) async throws {
        var configuration = PostgresConfiguration(conninfo: conninfo)
        configuration.maxConnections = 16
        let client = try PostgresClient(configuration, logger: logger)
        let name = try ProcessName(dataFolder: command.database.data)
        defer { withExtendedLifetime(name) {} }
        let sealKey: SealKey
        do {
            try await prepareSchema(client, isOwn: postgres != nil)
            let file = SealKeyFile(path: path(command.sealKey, "seal.key"))
            sealKey = try await file.prepare(SealedDatabase(client: client), logger: logger)
        } catch {
            await client.close()
            throw error
        }
        var services: [any Service] = []
        if let postgres { services.append(Background(name: "postgres") { await postgres.run() }) }
        services.append(Background(name: "pool") { await client.run() })
        services += try parts(client, sealKey, conninfo, name: name.text)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            let address = command.roles.set.contains(.api) ? command.listen : command.metrics ?? command.listen
            throw AddressTaken(address: address.defaultValueDescription)
        }
    }

    /// A private database is migrated by its server; another one by whoever may, with `ringmaster migrate`.
    private func prepareSchema(_ client: PostgresClient, isOwn: Bool) async throws {
        let migrator = try Migrator(Schema.migrations, logger: logger)
        if isOwn {
            _ = try await migrator.run(client)
            return
        }
        if case .pending(let files) = try await migrator.check(client) { throw OutdatedSchema(pending: files) }
    }

    private func parts(
        _ client: PostgresClient,
        _ sealKey: SealKey,
        _ conninfo: String,
        name: String
    ) throws -> [any Service] {
        let now = SystemClock.now
        let (store, hints) = (PostgresStore(client: client, sealKey: sealKey), Hints())
        let reader = StreamReader(store: store)
        let content = ContentStore(client: client)
        let projector = Projector(client: client, reader: reader, content: content, logger: logger)
        let questions = FleetQuestions(client: client, reader: reader, content: content, projector: projector, now: now)
        let keys = try orderKeys()
        let workflows = try WorkflowLibrary(folder: command.workflows)
        var services: [any Service] = [
            Background(name: "projector") { await projector.run() },
            Background(name: "order keys") { [logger] in await keys.run(logger: logger) },
        ]
        let registry = ServerMetrics.registry()
        var pools = [(name: "shared", client: client)]
        if command.roles.set.contains(.engine) {
            let engineClient = try PostgresClient(.ofEngine(conninfo), logger: logger)
            pools.append(("engine", engineClient))
            services += engine(engineClient, sealKey, name, hints, keys, EngineMetrics(factory: registry))
        }
        if command.roles.set.contains(.worker) {
            services.append(runner(store, reader, questions, content, client, workflows, name, hints))
            let sender = MessageSender(store: store, hints: hints)
            services += Dispatch(command: command, logger: logger)
                .services(store, reader, questions, workflows, sender, name, hints)
        }
        guard command.roles.set.contains(.api) else {
            return services + (try watching(client, registry, pools))
        }
        let orders = OrderDesk(store: store, hints: hints, logger: logger)
        let controlPlane = ControlPlaneServices(
            sender: MessageSender(store: store, hints: hints),
            orders: orders,
            engines: EngineDesk(store: store, hints: hints),
            reader: reader,
            content: content,
            questions: questions,
            workflows: workflows,
            orderKeys: keys,
            sealKey: sealKey,
            caSHA256: tls?.caSHA256,
            now: now
        )
        services.append(Background(name: "order desk") { await orders.run() })
        let schedules = controlPlane.schedules
        services.append(Background(name: "schedules") { [logger] in await schedules.defineAll(logger: logger) })
        let sampling = try PostgresClient(.ofSampling(conninfo), logger: logger)
        let metrics = ServerMetrics(registry: registry, pools: pools, sampling: sampling, logger: logger)
        services += try application(controlPlane, client, sampling, metrics.page)
        // The last is told to end first: the HTTP server then waits for the answers.
        return services + [Farewell(name: "waiting agents") { orders.drain() }]
    }

    private func engine(
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

    private func runner(
        _ store: PostgresStore,
        _ reader: StreamReader,
        _ questions: FleetQuestions,
        _ content: ContentStore,
        _ client: PostgresClient,
        _ workflows: WorkflowLibrary,
        _ name: String,
        _ hints: Hints
    ) -> any Service {
        let worker = CycleWorker(
            reader: reader,
            questions: questions,
            content: content,
            claims: NodeClaims(client: client),
            probe: Prober.ask,
            export: ReportExporter(environment: ProcessInfo.processInfo.environment, now: SystemClock.now).write,
            now: SystemClock.now
        )
        let policyWorker = PolicyWorker(
            reader: reader,
            questions: questions,
            workflows: workflows,
            logger: logger,
            now: SystemClock.now
        )
        let runner = TaskRunner(
            worker: name,
            store: store,
            hints: hints,
            handlers: worker.handlers.merging(policyWorker.handlers) { first, _ in first },
            now: SystemClock.now,
            logger: logger
        )
        return Background(name: "worker") { await runner.run() }
    }

    private func orderKeys() throws -> OrderKeys {
        let file = path(command.orderKey, "order.key")
        guard let publicKey = command.orderSignerKey, let program = SignerProgram(command.orderSigner) else {
            return try OrderKeys(files: OrderKeyFiles(path: file))
        }
        let key = try ExternalOrderKey(publicKey: publicKey, sealFile: "\(file).seal", logger: logger) {
            try await program.signature(of: $0)
        }
        return OrderKeys(key)
    }

    func path(_ given: String?, _ name: String) -> String { given ?? "\(command.database.data)/\(name)" }
}

extension PostgresConfiguration {
    /// The engine's own connections: flushes and leases must not wait in line behind everybody's questions, nor for a lock
    /// that somebody holds.
    fileprivate static func ofEngine(_ conninfo: String) -> Self {
        var configuration = Self(conninfo: conninfo)
        configuration.maxConnections = 3
        configuration.sessionSettings["lock_timeout"] = "5s"
        configuration.sessionSettings["statement_timeout"] = "30s"
        return configuration
    }
}
