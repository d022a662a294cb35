import AgentProtocol
import Client
package import ReadModels

/// Looks at a cycle again and again until it ends, also across a restart of the control plane.
package struct CycleFollower {
    /// How long a control plane may be away before that is an error.
    package static let patience = Duration.seconds(60)

    private let interval: Duration
    private let look: () async throws -> CycleView

    /// - Parameters:
    ///   - hosts: whether every host is looked at, too.
    ///   - interval: between two looks.
    init(client: ControlPlaneClient, cycle: String, hosts: Bool, interval: Duration = .milliseconds(500)) {
        self.init(interval: interval) { try await client.cycle(cycle, hosts: hosts) }
    }

    package init(interval: Duration, look: @escaping () async throws -> CycleView) {
        self.interval = interval
        self.look = look
    }

    /// Tells each look to `observe`, and returns the last.
    package func follow<C: Clock<Duration>>(
        clock: C = ContinuousClock(),
        _ observe: (CycleView) async throws -> Void
    ) async throws -> CycleView {
        // By the clock: a request that nobody answers takes a minute by itself.
        var lastSeen = clock.now
        while true {
            do {
                let view = try await look()
                lastSeen = clock.now
                try await observe(view)
                if Self.hasEnded(view) { return view }
            } catch {
                guard Self.isPassing(error), lastSeen.duration(to: clock.now) < Self.patience else { throw error }
            }
            try await clock.sleep(for: interval)
        }
    }

    /// What a control plane does that is being started again.
    private static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case ClientError.unreachable: true
        case let problem as Problem: problem.status >= 500
        default: false
        }
    }

    /// A halted cycle has ended for the one who watches: it goes on only when a person decides so.
    static func hasEnded(_ cycle: CycleView) -> Bool {
        ["completed", "failed", "aborted", "halted"].contains(cycle.state)
    }
}
