package import ControlPlane
import HTTPTypes
package import Hummingbird
package import Logging
import ReadModels
package import Time

/// The web console: pages that the server renders, under `/console` of the API's address.
package struct Console: Sendable {
    private static let drawnAhead = 10

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

    /// Once a minute counts the fleet and draws the cycles that ended since: nobody is to wait for a large one.
    ///
    /// Goes on until it is cancelled.
    package func run(logger: Logger) async {
        var drawn: Set<String> = []
        while !Task.isCancelled {
            do {
                // Not waited for: who ends the server does not wait for it either.
                try await fleet.count(at: desk.now(), logger)
                drawn = try await drawEnded(except: drawn, logger)
            } catch {
                guard !Task.isCancelled else { return }
                let message: Logger.Message = "the console cannot look ahead; trying again in a minute"
                logger.warning(message, metadata: ["error": "\(error)"])
            }
            // Cancelled: it is over.
            try? await Task.sleep(for: .seconds(60))
        }
    }

    /// Has the lanes of the cycles kept that ended last; of one that cannot be read it is said once.
    ///
    /// - Parameter drawn: those that were asked for before.
    /// - Returns: those that have been asked for now.
    func drawEnded(except drawn: Set<String>, _ logger: Logger) async throws -> Set<String> {
        let questions = desk.services.questions
        let ended = try await questions.endedCycles(limit: Self.drawnAhead)
        for id in ended where !drawn.contains(id) {
            do {
                _ = try await questions.cycle(id, at: nil, hosts: false)
            } catch {
                try Task.checkCancellation()
                logger.warning("a cycle cannot be drawn", metadata: ["cycle": "\(id)", "error": "\(error)"])
            }
        }
        return Set(ended)
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
