package import ControlPlane
import HTTPTypes
package import Hummingbird
package import Logging
import ReadModels
package import Time

/// The web console: pages that the server renders, under `/console` of the API's address.
package struct Console: Sendable {
    private let desk: Desk
    private let fleet: FleetBoard

    /// - Parameters:
    ///   - isSecure: whether browsers reach it over TLS.
    ///   - source: the address that the request under way came from; nil where it is not known.
    ///   - now: the wall clock.
    /// - Throws: what is wrong with a template, which is a mistake of ours.
    package init(
        services: ControlPlaneServices,
        access: ConsoleAccess,
        isSecure: Bool,
        source: @escaping @Sendable () -> String?,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        desk = Desk(
            services: services,
            templates: try Templates(),
            sessions: SessionStore(),
            cookie: SessionCookie(isSecure: isSecure),
            access: access,
            source: source,
            now: now
        )
        fleet = FleetBoard(services.questions)
    }

    /// Counts the fleet once a minute, so that nobody waits for the count of a large one; until it is cancelled.
    package func run(logger: Logger) async {
        while !Task.isCancelled {
            // What it could not be counted for is logged where it is kept; the next visit says so, too.
            _ = try? await fleet.tally(at: desk.now(), logger)
            try? await Task.sleep(for: .seconds(60))
        }
    }

    /// Adds every page; `/` leads to them.
    package func add(to router: Router<BasicRequestContext>) {
        router.get("/") { _, _ in Response.seeOther(WebAddress.root) }
        let group = router.group(RouterPath(WebAddress.root))
            .add(middleware: SecurityHeaders(isSecure: desk.cookie.isSecure))
        AssetRoutes().add(to: group)
        let limits = LoginLimits()
        LoginRoutes(desk: desk, limits: limits).add(to: group)
        if let provider = desk.access.provider {
            ProviderRoutes(desk: desk, provider: provider, limits: limits).add(to: group)
        }
        TodayRoutes(desk: desk, findings: FindingsBoard(sla: desk.services.sla), fleet: fleet).add(to: group)
        CycleRoutes(desk: desk).add(to: group)
        FleetRoutes(desk: desk, fleet: fleet).add(to: group)
        NodeRoutes(desk: desk).add(to: group)
        TrendsRoutes(desk: desk).add(to: group)
        AdvisoryRoutes(desk: desk).add(to: group)
        WindowRoutes(desk: desk).add(to: group)
        PolicyRoutes(desk: desk).add(to: group)
        EvidenceRoutes(desk: desk).add(to: group)
        ActivityRoutes(desk: desk).add(to: group)
        LiveRoutes(desk: desk, streams: LiveStreams(), logEnd: LogEnd()).add(to: group)
        group.get("**") { request, context in
            try await desk.visit(request, context) { _ in
                throw HTTPError(.notFound, message: "there is no page \(request.uri.path) in the console")
            }
        }
    }
}
