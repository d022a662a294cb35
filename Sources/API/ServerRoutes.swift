package import ControlPlane
package import Hummingbird

/// Every route of the control plane.
package struct ServerRoutes {
    package let router: Router<BasicRequestContext>
    /// Where agents wait; nil in a process that is no API.
    let polls: OrderPolls?

    /// - Parameters:
    ///   - token: what operators must present; agents prove themselves by their keys.
    ///   - metrics: the page that Prometheus reads.
    package static func make(
        services: ControlPlaneServices,
        token: OperatorToken,
        metrics: MetricsPage,
        readiness: @escaping @Sendable () async -> [String]
    ) -> Self {
        let router = watching(metrics: metrics, readiness: readiness).router
        let polls = OrderPolls(agents: services.agents)
        AgentRoutes(agents: services.agents, polls: polls).add(to: router.group("/agent/v1"))
        let operators = router.group("/api/v1").add(middleware: TokenMiddleware(token: token))
        OperatorRoutes(services: services).add(to: operators)
        PolicyRoutes(services: services).add(to: operators)
        AdvisoryRoutes(services: services).add(to: operators)
        SLARoutes(sla: services.sla).add(to: operators)
        EngineRoutes(engine: services.engine).add(to: operators)
        OutputRoutes(questions: services.questions).add(to: operators)
        return Self(router: router, polls: polls)
    }

    /// What anybody may ask of a process, whatever its roles: whether it does its work, and how.
    package static func watching(
        metrics: MetricsPage,
        readiness: @escaping @Sendable () async -> [String]
    ) -> Self {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        HealthRoutes(readiness: readiness).add(to: router)
        MetricsRoutes(page: metrics).add(to: router)
        return Self(router: router, polls: nil)
    }
}
