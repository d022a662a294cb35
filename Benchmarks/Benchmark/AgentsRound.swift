import AgentProtocol
import Client
import Commands
import ReadModels
import SimulatedAgents

/// One cycle over a fleet that speaks HTTP: a scan, then an install.
struct AgentsRound: Sendable {
    /// All reports of one stage.
    struct Phase: Sendable {
        var reportsPerSecond: Double
        /// Milliseconds of each report.
        var latencies: [Double]
        var usage: Usage
    }

    private struct Run: Sendable {
        let host: HostClient
        let order: Order
    }

    private static let patience = Duration.seconds(120)

    let fleet: HostFleet
    let server: ServerProcess
    let meter: Meter

    /// - Parameter reportsPerSecond: when reports leave; nil sends each once the host's last is acknowledged.
    func run(reportsPerSecond pace: Double?) async throws -> [Phase] {
        let start = StartCycle(workflow: "benchmark", openNow: true, by: "benchmark")
        let id = try await server.client.startCycle(start).id
        var phases: [Phase] = []
        for stage in ["scan", "early"] {
            let runs = try await gathered(fleet.hosts) { try await ready($0, "\(id)/\(stage)/") }
            phases.append(try await report(runs, pace))
        }
        let end = ContinuousClock.now + Self.patience
        while try await server.client.cycle(id).state != "completed" {
            guard ContinuousClock.now < end else { throw Incomplete(what: "cycle \(id) does not complete") }
            try await Task.sleep(for: .milliseconds(50))
        }
        return phases
    }

    // MARK: - Steps

    /// Waits for the host's order in the rollouts of that name.
    private func ready(_ host: HostClient, _ rollouts: String) async throws -> Run {
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            guard let order = try await host.poll(seconds: 50), order.id.hasPrefix(rollouts) else { continue }
            try await host.uploadInventory()
            return Run(host: host, order: order)
        }
        throw Incomplete(what: "a host got no order of \(rollouts)")
    }

    private func report(_ runs: [Run], _ pace: Double?) async throws -> Phase {
        let before = try await meter.read()
        let latencies = try await gathered(Array(runs.indices)) { index in
            let run = runs[index]
            var latencies: [Double] = []
            for (number, fact) in run.host.facts(of: run.order).enumerated() {
                var began = ContinuousClock.now
                if let pace {
                    // Late senders do not shift the others: the wait for their turn counts as well.
                    began = before.time + .seconds(Double(number * runs.count + index) / pace)
                    try await Task.sleep(until: began)
                }
                try await run.host.send([run.host.report(fact, number + 1, on: run.order)])
                latencies.append((ContinuousClock.now - began) / .milliseconds(1))
            }
            return latencies
        }
        let after = try await meter.read()
        let count = Double(latencies.reduce(0) { $0 + $1.count })
        let usage = Usage(from: before, to: after, outcomes: count)
        return Phase(reportsPerSecond: count / usage.seconds, latencies: latencies.flatMap(\.self), usage: usage)
    }
}
