package import ControlPlane
package import Hummingbird

/// Every route of the control plane.
package enum ServerRoutes {
    /// - Parameters:
    ///   - token: what operators must present; agents prove themselves by their keys.
    ///   - metrics: the page that Prometheus reads.
    package static func make(
        services: ControlPlaneServices,
        token: OperatorToken,
        metrics: MetricsPage,
        readiness: @escaping @Sendable () async -> [String]
    ) -> Router<BasicRequestContext> {
        let router = watching(metrics: metrics, readiness: readiness)
        AgentRoutes(agents: services.agents).add(to: router.group("/agent/v1"))
        let operators = router.group("/api/v1").add(middleware: TokenMiddleware(token: token))
        OperatorRoutes(services: services).add(to: operators)
        EngineRoutes(engine: services.engine).add(to: operators)
        return router
    }

    /// What anybody may ask of a process, whatever its roles: whether it does its work, and how.
    package static func watching(
        metrics: MetricsPage,
        readiness: @escaping @Sendable () async -> [String]
    ) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        HealthRoutes(readiness: readiness).add(to: router)
        MetricsRoutes(page: metrics).add(to: router)
        return router
    }
}
