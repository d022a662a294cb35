import API
import Console
import ControlPlane
import OpenID
import Postgres
import Prometheus
import SSMAPI
import ServiceLifecycle

/// What of a server listens.
extension Server {
    func application(
        _ services: ControlPlaneServices,
        _ client: PostgresClient,
        _ sampling: PostgresClient,
        _ metrics: MetricsPage
    ) throws -> [any Service] {
        let token = try SecretFile.loadOrCreate(path(command.tokenFile, "operator.token")) {
            BreakGlassToken.random()
        }
        let provider = try command.identity.provider(logger: logger)
        let identities = provider.map { provider -> Authenticator.IdentityVerifier in
            { token in try await provider.principal(ofToken: token) }
        }
        let console = try console(services, token, provider)
        let door = SSMDoor(services: services, source: { RequestSource.address }, now: SystemClock.now)
        let routes = ServerRoutes.make(
            services: services,
            authenticator: Authenticator(
                breakGlass: BreakGlassToken(token),
                access: services.access,
                identities: identities
            ),
            metrics: metrics,
            fleetLockClock: command.fleetlock ? SystemClock.now : nil,
            others: { router in
                console.add(to: router)
                door.add(to: router)
            },
            readiness: readiness(client)
        )
        var servers = [try server(routes, command.listen)]
        if let address = command.awsListen {
            servers.append(try server(ServerRoutes.only(door.add), address, addressKey: "aws.address"))
        }
        return [Background(name: "sampling pool") { await sampling.run() }] + servers
    }

    private func console(
        _ services: ControlPlaneServices,
        _ token: String,
        _ provider: IdentityProvider?
    ) throws -> Console {
        try Console(
            services: services,
            access: ConsoleAccess(
                BreakGlassToken(token),
                services.access,
                try provider.flatMap { try command.identity.login($0) }
            ),
            isSecure: tls != nil,
            source: { RequestSource.address },
            now: SystemClock.now
        )
    }

    /// Health and metrics of a process that is no API, where they were asked for.
    func watching(
        _ client: PostgresClient,
        _ registry: MetricRegistry,
        _ pools: [(name: String, client: PostgresClient)]
    ) throws -> [any Service] {
        guard let address = command.metrics else { return [] }
        let metrics = ServerMetrics(registry: registry, pools: pools, sampling: nil, logger: logger)
        return [try server(ServerRoutes.watching(metrics: metrics.page, readiness: readiness(client)), address)]
    }

    private func readiness(_ client: PostgresClient) -> @Sendable () async -> [String] {
        { [logger] in await DatabaseCheck(client: client, logger: logger).problems() }
    }

    private func server(
        _ routes: ServerRoutes,
        _ address: ListenAddress,
        addressKey: String = "http.address"
    ) throws -> any Service {
        try HTTPServer.make(
            routes: routes,
            host: address.host,
            port: address.port,
            certificate: tls?.certificate,
            now: SystemClock.now,
            logger: logger,
            addressKey: addressKey
        )
    }
}
