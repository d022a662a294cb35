import AgentProtocol
import ArgumentParser
import Client
import Commands
import ReadModels
import SimulatedAgents
import Synchronization

/// From a person's approval to the first host that has its order.
struct ApproveBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Milliseconds from `cycle approve` to the first order that a waiting agent has fetched.",
        discussion:
            "A server process with a private PostgreSQL, and nine hosts that speak the agents' protocol over HTTP."
    )

    private static let rings = ["early", "main", "late"]

    @Option(help: "Cycles; each has three gates with a ring behind them.")
    var cycles = 10

    @Option(help: "Hosts of each ring.")
    var hosts = 3

    func run() async throws {
        let (unsorted, settings) = try await ServerProcess.withFolder { folder in
            try await ServerProcess.serving(.init(data: folder)) { server in
                (try await measure(server), try await server.withDatabase { try await Settings.read($0) })
            }
        }
        let samples = unsorted.sorted()
        let figures = ApproveFigures(
            samples: samples.count,
            medianMilliseconds: samples.median.rounded(toPlaces: 1),
            p95Milliseconds: samples.quantile(0.95).rounded(toPlaces: 1),
            worstMilliseconds: (samples.last ?? 0).rounded(toPlaces: 1)
        )
        let bound = "commits on disk, one after the other, from the approval to the order"
        try Result(benchmark: "approve", settings: settings, figures: figures, bound: bound).print()
    }

    // MARK: - Steps

    private func measure(_ server: ServerProcess) async throws -> [Double] {
        let arrivals = Arrivals()
        var fleet: [HostClient] = []
        for ring in Self.rings {
            let request = CreateActivation(
                site: "Frankfurt",
                patchGroup: "Debian12-\(ring)",
                uses: hosts,
                expiresInSeconds: 3_600,
                by: "benchmark"
            )
            let activation = try await server.client.createActivation(request)
            for number in 1...hosts {
                fleet.append(try await .enrolled("\(ring)-\(number)", with: activation, at: [server.url]))
            }
        }
        let serving: [@Sendable () async throws -> Void] = fleet.map { host in
            { try await host.serve { arrivals.note($0) } }
        }
        return try await Companions.during(serving) {
            var samples: [Double] = []
            for number in 1...cycles {
                samples += try await cycle(server.client, arrivals)
                progress("cycle \(number): \(samples.suffix(3).map { "\($0.rounded(toPlaces: 1)) ms" })")
            }
            return samples
        }
    }

    private func cycle(_ client: ControlPlaneClient, _ arrivals: Arrivals) async throws -> [Double] {
        let start = StartCycle(workflow: "debian12-rings", openNow: true, by: "benchmark")
        let id = try await client.startCycle(start).id
        var samples: [Double] = []
        for stage in ["scan"] + Self.rings {
            let digest = try await openGate(of: stage, in: id, client)
            // The hosts are back at their long polls by then.
            try await Task.sleep(for: .milliseconds(200))
            let began = ContinuousClock.now
            arrivals.reset()
            let approval = ApproveStage(stage: stage, planDigest: digest, reason: nil, by: "benchmark")
            async let approved = client.approve(id, approval)
            if stage != Self.rings.last {
                while arrivals.first == nil { try await Task.sleep(for: .microseconds(200)) }
                if let first = arrivals.first { samples.append((first - began) / .milliseconds(1)) }
            }
            _ = try await approved
        }
        while try await client.cycle(id).state != "completed" { try await Task.sleep(for: .milliseconds(20)) }
        return samples
    }

    private func openGate(of stage: String, in id: String, _ client: ControlPlaneClient) async throws -> String {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            let gate = try await client.cycle(id).stages.first { $0.name == stage }?.gate
            if gate?.state == "open", let digest = gate?.planDigest { return digest }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Incomplete(what: "the gate of \(stage) did not open")
    }
}

struct ApproveFigures: Encodable {
    let samples: Int
    let medianMilliseconds: Double
    let p95Milliseconds: Double
    let worstMilliseconds: Double
}

/// When the first order arrived since the last reset.
final class Arrivals: Sendable {
    private let moment = Mutex<ContinuousClock.Instant?>(nil)

    var first: ContinuousClock.Instant? { moment.withLock { $0 } }

    func reset() { moment.withLock { $0 = nil } }

    func note(_ order: Order) { moment.withLock { $0 = $0 ?? .now } }
}
