package import ControlPlane
package import Hummingbird
package import Time

/// Every route of the control plane.
package struct ServerRoutes {
    package let router: Router<BasicRequestContext>
    /// What does not reach the router: agents wait there.
    let held: [HeldRequests]
    /// `GET /api/v1/nodes/:id` and the like.
    package let offered: [String]

    /// Requests of FleetLock's clients that are answered in a minute.
    private static let fleetLockPerMinute = 600

    /// - Parameters:
    ///   - authenticator: tells who operators are; agents prove themselves by their keys.
    ///   - metrics: the page that Prometheus reads.
    ///   - fleetLockClock: the wall clock, where FleetLock is served; nil where it is not.
    ///   - binaries: what hosts of stock agents fetch.
    ///   - held: requests of others that are held.
    ///   - others: adds the routes of others; one that is added later is never reached.
    package static func make(
        services: ControlPlaneServices,
        authenticator: Authenticator,
        metrics: MetricsPage,
        fleetLockClock: (@Sendable () -> Timestamp)? = nil,
        binaries: [AgentBinary] = [],
        held: [HeldRequests] = [],
        others: (Router<BasicRequestContext>) -> Void = { _ in },
        readiness: @escaping @Sendable () async -> [String],
        remarks: @escaping @Sendable () -> [String] = { [] }
    ) -> Self {
        let router = watching(metrics: metrics, readiness: readiness, remarks: remarks).router
        let polls = OrderPolls(agents: services.agents)
        AgentRoutes(agents: services.agents, polls: polls, slots: services.rebootSlots, binaries: binaries)
            .add(to: router.group("/agent/v1"))
        APIDescription().add(to: router.group("/api/v1"))
        addOperators(to: router, services, authenticator)
        if let fleetLockClock {
            let budget = RequestBudget(perMinute: fleetLockPerMinute)
            FleetLockRoutes(slots: services.rebootSlots, budget: budget, now: fleetLockClock).add(to: router)
        }
        let offered = MethodNotAllowed.refuse(othersIn: router, beside: others)
        return Self(router: router, held: [polls.held] + held, offered: offered)
    }

    private static func addOperators(
        to router: Router<BasicRequestContext>,
        _ services: ControlPlaneServices,
        _ authenticator: Authenticator
    ) {
        let middleware = AccessMiddleware(
            authenticator: authenticator,
            access: services.access,
            audit: services.audit
        )
        let questions = services.questions
        let routes = router.group("/api/v1", context: OperatorContext.self).add(middleware: TracingMiddleware())
            .add(middleware: middleware)
            .add(middleware: PositionMiddleware())
        let waits = ReadWaits(questions: questions)
        let operators = OperatorGroup(routes: routes, audit: services.audit, waits: waits)
        AccessRoutes(access: services.access, audit: services.audit).add(to: operators)
        OperatorRoutes(services: services).add(to: operators)
        PolicyRoutes(services: services).add(to: operators)
        AdvisoryRoutes(services: services).add(to: operators)
        SLARoutes(sla: services.sla).add(to: operators)
        DeliveryRoutes(deliveries: services.deliveries).add(to: operators)
        EngineRoutes(engine: services.engine).add(to: operators)
        OutputRoutes(questions: questions).add(to: operators)
        RebootSlotRoutes(slots: services.rebootSlots).add(to: operators)
        EventRoutes(waits: waits, streams: EventStreams(questions: questions), authenticator: authenticator)
            .add(to: operators)
    }

    /// Nothing but what the body adds.
    package static func only(held: [HeldRequests] = [], _ add: (Router<BasicRequestContext>) -> Void) -> Self {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        add(router)
        return Self(router: router, held: held, offered: [])
    }

    /// What anybody may ask of a process, whatever its roles: whether it does its work, and how.
    package static func watching(
        metrics: MetricsPage,
        readiness: @escaping @Sendable () async -> [String],
        remarks: @escaping @Sendable () -> [String] = { [] }
    ) -> Self {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware())
        HealthRoutes(readiness: readiness, remarks: remarks).add(to: router)
        MetricsRoutes(page: metrics).add(to: router)
        return Self(router: router, held: [], offered: [])
    }
}
