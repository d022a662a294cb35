package import Client
package import FoundationEssentials
package import ReadModels
package import Time

/// What an operator can ask of a control plane.
extension ControlPlaneClient {
    package func createActivation(_ request: CreateActivation) async throws -> ActivationView {
        try await post(.api("activations"), request)
    }

    package func nodes() async throws -> [NodeView] {
        try await get(.api("nodes"), as: Listing<NodeView>.self).items
    }

    package func node(_ id: String) async throws -> NodeView { try await get(.api("nodes", id)) }

    package func startCycle(_ request: StartCycle) async throws -> CycleStarted {
        try await post(.api("cycles"), request)
    }

    package func cycles() async throws -> [CycleSummary] {
        try await get(.api("cycles"), as: Listing<CycleSummary>.self).items
    }

    /// The cycle now, or as it was at `moment`.
    package func cycle(_ id: String, at moment: Timestamp? = nil) async throws -> CycleView {
        try await get(.api("cycles", id, query: ["at": moment?.description]))
    }

    package func approve(_ id: String, _ request: ApproveStage) async throws -> CycleView {
        try await post(.api("cycles", id, "approvals"), request)
    }

    /// - Parameter verb: `abort`, `pause` or `resume`.
    package func steer(_ id: String, _ verb: String, _ request: SteerCycle) async throws -> CycleView {
        try await post(.api("cycles", id, verb), request)
    }

    /// - Parameter waitSeconds: how long the server may hold the answer back until there is an event.
    package func events(after cursor: String?, stream: String?, limit: Int, waitSeconds: Int) async throws -> EventPage
    {
        try await get(
            .api(
                "events",
                query: [
                    "after": cursor, "stream": stream, "limit": "\(limit)",
                    "wait": waitSeconds > 0 ? "\(waitSeconds)" : nil,
                ]
            )
        )
    }

    /// The compliance of every host of the cycle, one row each.
    package func reportCSV(cycle id: String) async throws -> Data { try await bytes(.api("cycles", id, "report.csv")) }
}
