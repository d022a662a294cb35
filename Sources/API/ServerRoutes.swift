package import ControlPlane
package import Hummingbird

/// Every route of the control plane.
package enum ServerRoutes {
    /// - Parameter token: what operators must present; agents prove themselves by their keys.
    package static func make(
        services: ControlPlaneServices,
        token: OperatorToken,
        readiness: @escaping @Sendable () async -> [String]
    ) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        HealthRoutes(readiness: readiness).add(to: router)
        AgentRoutes(agents: services.agents).add(to: router.group("/agent/v1"))
        let operators = router.group("/api/v1").add(middleware: TokenMiddleware(token: token))
        OperatorRoutes(services: services).add(to: operators)
        return router
    }
}
