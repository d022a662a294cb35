import API
import ControlPlane
import DurableStreams
import EmbeddedPostgres
import Glibc
import Hummingbird
import Logging
import NIOCore
import Postgres
import ReadModels
import Schema
import ServiceLifecycle
import Time
import UnixSignals

/// One server process: the parts that its roles need, started in order and drained in reverse.
struct Server: Sendable {
    private let command: ServeCommand
    private let logger: Logger

    init(command: ServeCommand, logger: Logger) {
        self.command = command
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
        do {
            try await prepareSchema(client, isOwn: postgres != nil)
        } catch {
            await client.close()
            throw error
        }
        var services: [any Service] = []
        if let postgres { services.append(Background(name: "postgres") { await postgres.run() }) }
        services.append(Background(name: "pool") { await client.run() })
        services += try parts(client, conninfo, name: name.text)
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
            throw AddressTaken(address: command.listen.defaultValueDescription)
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

    private func parts(_ client: PostgresClient, _ conninfo: String, name: String) throws -> [any Service] {
        let now = SystemClock.now
        let (store, hints) = (PostgresStore(client: client), Hints())
        let reader = StreamReader(store: store)
        let content = ContentStore(client: client)
        let projector = Projector(client: client, reader: reader, content: content, logger: logger)
        let questions = FleetQuestions(client: client, reader: reader, content: content, projector: projector, now: now)
        let key = try loadOrderKey()
        var services: [any Service] = [Background(name: "projector") { await projector.run() }]
        if command.roles.set.contains(.engine) { services += try engine(conninfo, name, hints, key) }
        if command.roles.set.contains(.worker) {
            let claims = NodeClaims(client: client)
            let worker = CycleWorker(reader: reader, questions: questions, content: content, claims: claims, now: now)
            services.append(runner(worker, name, store, hints))
        }
        guard command.roles.set.contains(.api) else { return services }
        let orders = OrderDesk(store: store, hints: hints, logger: logger)
        services.append(Background(name: "order desk") { await orders.run() })
        let controlPlane = ControlPlaneServices(
            sender: MessageSender(store: store, hints: hints),
            orders: orders,
            reader: reader,
            content: content,
            questions: questions,
            workflows: try WorkflowLibrary(folder: command.workflows),
            orderKey: key,
            now: now
        )
        services.append(
            Background(name: "schedules") { [logger] in await controlPlane.schedules.defineAll(logger: logger) }
        )
        services.append(try application(controlPlane, client))
        return services
    }

    private func engine(
        _ conninfo: String,
        _ name: String,
        _ hints: Hints,
        _ key: OrderSigningKey
    ) throws -> [any Service] {
        let client = try PostgresClient(.ofEngine(conninfo), logger: logger)
        let store = PostgresStore(client: client)
        let retention = AnswerRetention(store: store, logger: logger)
        let engine = EngineService(
            id: name,
            store: store,
            types: StreamTypes.all(orderKey: key),
            hints: hints,
            logger: logger
        )
        return [
            Background(name: "engine's pool") { await client.run() }, Background(name: "engine") { await engine.run() },
            Background(name: "retention") { await retention.run() },
        ]
    }

    private func runner(
        _ worker: CycleWorker,
        _ name: String,
        _ store: PostgresStore,
        _ hints: Hints
    ) -> any Service {
        let runner = TaskRunner(
            worker: name,
            store: store,
            hints: hints,
            handlers: worker.handlers,
            now: SystemClock.now,
            logger: logger
        )
        return Background(name: "worker") { await runner.run() }
    }

    private func application(_ services: ControlPlaneServices, _ client: PostgresClient) throws -> any Service {
        let token = try SecretFile.loadOrCreate(path(command.tokenFile, "operator.token")) {
            API.OperatorToken.random()
        }
        let routes = ServerRoutes.make(services: services, token: API.OperatorToken(token)) { [logger] in
            await DatabaseCheck(client: client, logger: logger).problems()
        }
        return try HTTPServer.make(
            routes: routes,
            host: command.listen.host,
            port: command.listen.port,
            certificate: command.tlsCertificate.flatMap { file in command.tlsKey.map { (file, $0) } },
            logger: logger
        )
    }

    private func loadOrderKey() throws -> OrderSigningKey {
        let file = path(command.orderKey, "order.key")
        return try OrderSigningKey(base64: try SecretFile.loadOrCreate(file) { OrderSigningKey().base64 }, file: file)
    }

    private func path(_ given: String?, _ name: String) -> String { given ?? "\(command.database.data)/\(name)" }
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
