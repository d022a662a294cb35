import Client
import Commands
import ControlPlaneTestSupport
import Foundation
import ReadModels
import SimulatedAgents

/// Hosts with a stock agent, of one site.
struct StockFleet: Sendable {
    /// The most that one activation registers.
    private static let activationUses = 1_000
    private static let registeredAtOnce = 50

    /// Stages open by themselves, and concern the nodes of the ring early.
    static let workflow = """
        workflow: benchmark
        zone: UTC
        sites:
          - { name: Frankfurt, zone: Europe/Berlin }
        baselines:
          - name: debian12
            patch-groups: [Debian12-early, Debian12-late]
            rules:
              - { classification: Security, level: HIGH }
        stages:
          - scan: { targets: { ring: early }, window: { opens: now, duration: 4h, cutoff: 1h } }
          - early:
              targets: { ring: early }
              window: { opens: now, duration: 4h, cutoff: 1h }
              reboot: if-needed
              concurrency: 100%
              errors: 0
          - report: {}

        """

    let agents: [StockAgent]

    /// How to start a server that has the workflow, and something to give to hosts.
    static func options(data: String) throws -> ServerProcess.Options {
        let folder = data + "/workflows"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = folder + "/benchmark.yaml"
        try Data(workflow.utf8).write(to: URL(filePath: file))
        var options = ServerProcess.Options(data: data, workflows: folder)
        options.agentBinary = file
        return options
    }

    /// - Parameters:
    ///   - early: how many of them are in the ring early; the others are in late.
    ///   - quirks: what the agent of a number does wrong.
    static func registered(
        _ count: Int,
        early: Int,
        at server: ServerProcess,
        quirks: @Sendable @escaping (Int) -> StockAgent.Quirks = { _ in StockAgent.Quirks() }
    ) async throws -> Self {
        var agents: [StockAgent] = []
        for (ring, numbers) in [("early", 0..<early), ("late", early..<count)] {
            var rest = numbers
            while !rest.isEmpty {
                let some = rest.prefix(activationUses)
                rest = rest.dropFirst(activationUses)
                let request = CreateActivation(
                    site: "Frankfurt",
                    patchGroup: "Debian12-\(ring)",
                    uses: some.count,
                    expiresInSeconds: 3_600,
                    by: "benchmark"
                )
                let activation = try await server.client.createActivation(request)
                agents += try await gathered(Array(some), atOnce: registeredAtOnce) { (number: Int) in
                    try await StockAgent.registered(
                        with: activation,
                        machine: FakeHost(name: "stock-\(number)"),
                        key: try StockKey(number: number),
                        quirks: quirks(number),
                        now: wallTime
                    ) { [url = server.url] method, target, headers, body in
                        let (status, body) = try await HostClient.exchange(
                            method,
                            url + target,
                            headers: headers,
                            body: body
                        )
                        return StockAgent.Answer(status: status, body: body)
                    }
                }
                progress("\(agents.count) hosts are registered")
            }
        }
        return Self(agents: agents)
    }

    /// Lets the agents run while the body does; one that fails ends it.
    ///
    /// - Parameter spread: over which they start.
    func running<Value: Sendable>(
        over spread: Duration,
        _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            for (index, agent) in agents.enumerated() {
                let delay = spread * Double(index) / Double(agents.count)
                group.addTask {
                    try await Task.sleep(for: delay)
                    try await agent.run()
                    return nil
                }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let value = try await group.next() { if let value { return value } }
            throw CancellationError()
        }
    }
}
