import Client
import ReadModels

/// Looks at a cycle again and again until it ends, also across a restart of the control plane.
struct CycleFollower {
    /// How long a control plane may be away before that is an error.
    private static let patience = Duration.seconds(60)

    let client: ControlPlaneClient
    let cycle: String
    /// Between two looks.
    var interval = Duration.milliseconds(500)
    var clock: any Clock<Duration> = ContinuousClock()

    /// Tells each look to `observe`, and returns the last.
    func follow(_ observe: (CycleView) async throws -> Void) async throws -> CycleView {
        var away = Duration.zero
        while true {
            do {
                let view = try await client.cycle(cycle)
                away = .zero
                try await observe(view)
                if Self.hasEnded(view) { return view }
            } catch let error as ClientError {
                guard case .unreachable = error, away < Self.patience else { throw error }
                away += interval
            }
            try await clock.sleep(for: interval)
        }
    }

    /// A halted cycle has ended for the one who watches: it goes on only when a person decides so.
    static func hasEnded(_ cycle: CycleView) -> Bool {
        ["completed", "failed", "aborted", "halted"].contains(cycle.state)
    }
}
