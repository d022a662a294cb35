import API
import Console
import ControlPlane
import DurableStreams
import EmbeddedPostgres
import Glibc
import Logging
import NIOCore
import OpenID
import Postgres
import Probes
import Prometheus
import ReadModels
import SSMAPI
import Schema
import ServiceLifecycle
import Telemetry
import Time
import Tracing
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
        let (sealKey, clock): (SealKey, DatabaseClock)
        do {
            try await prepareSchema(client, isOwn: postgres != nil)
            let file = SealKeyFile(path: path(command.sealKey, "seal.key"))
            sealKey = try await file.prepare(
                SealedDatabase(client: client),
                sealsExisting: command.sealExisting,
                logger: logger
            )
            clock = try await DatabaseClock(client: client)
        } catch {
            await client.close()
            throw error
        }
        var services: [any Service] = []
        if let postgres { services.append(Background(name: "postgres") { await postgres.run() }) }
        services.append(Background(name: "pool") { await client.run() })
        services.append(Background(name: "clock") { [logger] in await clock.run(logger: logger) })
        let spans = traces(of: name.text)
        if let spans { services.append(Background(name: "traces") { [logger] in await spans.run(logger: logger) }) }
        services += try parts(client, sealKey, conninfo, name: name.text, spans, now: { clock.now })
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
        name: String,
        _ spans: SpanExporter?,
        now: @escaping @Sendable () -> Timestamp
    ) throws -> [any Service] {
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
            let sender = MessageSender(store: store, hints: hints)
            services.append(runner(store, reader, questions, content, client, workflows, sender, name, hints, now))
            services += Dispatch(command: command, logger: logger)
                .services(store, reader, questions, workflows, sender, name, hints, now)
        }
        guard command.roles.set.contains(.api) else {
            return services + (try watching(client, projector.stopped, registry, pools, spans))
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
        let metrics = ServerMetrics(
            registry: registry,
            pools: pools,
            readModels: projector.stopped,
            spans: spans,
            sampling: sampling,
            logger: logger
        )
        services += try application(controlPlane, client, projector.stopped, sampling, metrics.page, now)
        // The last is told to end first: the HTTP server then waits for the answers.
        return services + [Farewell(name: "waiting agents") { orders.drain() }]
    }

    private func application(
        _ services: ControlPlaneServices,
        _ client: PostgresClient,
        _ stopped: StoppedShards,
        _ sampling: PostgresClient,
        _ metrics: MetricsPage,
        _ now: @escaping @Sendable () -> Timestamp
    ) throws -> [any Service] {
        let token = try SecretFile.loadOrCreate(path(command.tokenFile, "operator.token")) {
            BreakGlassToken.random()
        }
        let provider = try command.identity.provider(logger: logger)
        let identities = provider.map { provider -> Authenticator.IdentityVerifier in
            { token in try await provider.principal(ofToken: token) }
        }
        let console = try Console(
            services: services,
            access: ConsoleAccess(
                BreakGlassToken(token),
                services.access,
                try provider.flatMap { try command.identity.login($0) }
            ),
            isSecure: tls != nil,
            source: { RequestSource.address },
            now: now
        )
        let (binaries, terms) = try forStockAgents()
        let door = SSMDoor(services: services, terms: terms, source: { RequestSource.address }, now: now)
        let held = HeldRequests(takes: door.holds, hold: door.hold)
        let routes = ServerRoutes.make(
            services: services,
            authenticator: Authenticator(
                breakGlass: BreakGlassToken(token),
                access: services.access,
                identities: identities
            ),
            metrics: metrics,
            fleetLockClock: command.fleetlock ? now : nil,
            binaries: binaries,
            held: [held],
            others: { router in
                console.add(to: router)
                door.add(to: router)
            },
            readiness: readiness(client),
            remarks: Self.remarks(stopped)
        )
        let tools = try command.awsListen.map {
            try server(ServerRoutes.only(held: [held], door.add), $0, now, addressKey: "aws.address")
        }
        return [
            Background(name: "sampling pool") { await sampling.run() },
            Background(name: "console") { [logger] in await console.run(logger: logger) },
            try server(routes, command.listen, now),
        ] + [tools].compactMap(\.self)
    }

    /// Health and metrics of a process that is no API, where they were asked for.
    private func watching(
        _ client: PostgresClient,
        _ stopped: StoppedShards,
        _ registry: MetricRegistry,
        _ pools: [(name: String, client: PostgresClient)],
        _ spans: SpanExporter?
    ) throws -> [any Service] {
        guard let address = command.metrics else { return [] }
        let metrics = ServerMetrics(
            registry: registry,
            pools: pools,
            readModels: stopped,
            spans: spans,
            sampling: nil,
            logger: logger
        )
        let routes = ServerRoutes.watching(
            metrics: metrics.page,
            readiness: readiness(client),
            remarks: Self.remarks(stopped)
        )
        return [try server(routes, address, SystemClock.now)]
    }

    private func readiness(_ client: PostgresClient) -> @Sendable () async -> [String] {
        { [logger] in await DatabaseCheck(client: client, logger: logger).problems() }
    }

    private func server(
        _ routes: ServerRoutes,
        _ address: ListenAddress,
        _ now: @escaping @Sendable () -> Timestamp,
        addressKey: String = "http.address"
    ) throws -> any Service {
        try HTTPServer.make(
            routes: routes,
            host: address.host,
            port: address.port,
            certificate: tls?.certificate,
            now: now,
            logger: logger,
            addressKey: addressKey
        )
    }

    /// nil where nobody wants traces: then none are made.
    private func traces(of process: String) -> SpanExporter? {
        guard let receiver = command.otlpEndpoint.flatMap(TraceReceiver.init(url:)) else { return nil }
        let resource = TraceResource(service: "ringmaster", instance: process)
        let exporter = SpanExporter(resource: resource) { try await receiver.send($0) }
        InstrumentationSystem.bootstrap(RecordingTracer(exporter: exporter))
        return exporter
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

    private func path(_ given: String?, _ name: String) -> String { given ?? "\(command.database.data)/\(name)" }
}
