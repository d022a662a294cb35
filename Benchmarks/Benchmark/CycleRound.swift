import Commands
import ControlPlane
import DurableStreams
import Postgres
import ReadModels
import Time

/// One cycle over a fleet whose agents answer at once: scan, plan, three rings, report.
struct CycleRound: Sendable {
    struct Measurement: Sendable {
        var seconds: Double
        /// From the start of each stage to its end, by name.
        var stages: [String: Double]
        /// From the cycle's end until the read models hold it.
        var projectionSeconds: Double
        /// Scans and installs.
        var outcomes: Int
        var usage: Usage
    }

    static let rings = ["early", "main", "late"]
    private static let patience = Duration.seconds(1_800)

    let controlPlane: LocalControlPlane
    let agents: LocalAgents
    let hosts: Int

    /// The workflow over these sites.
    static func workflow(sites: Int) -> String {
        let names = (0..<sites).map { "  - { name: site-\($0), zone: UTC }" }.joined(separator: "\n")
        let groups = rings.map { "Debian12-\($0)" }.joined(separator: ", ")
        let window = "window: { opens: now, duration: 8h, cutoff: 1h }"
        return """
            workflow: benchmark
            zone: UTC
            sites:
            \(names)
            baselines:
              - name: debian12
                patch-groups: [\(groups)]
                rules:
                  - { classification: Security, level: HIGH }
            stages:
              - scan: { targets: all, \(window) }
              - early: { targets: { ring: early }, \(window), concurrency: 100%, errors: 0 }
              - main: { like: early, targets: { ring: main } }
              - late: { like: early, targets: { ring: late } }
              - report: {}

            """
    }

    func run() async throws -> Measurement {
        let before = try await controlPlane.engine.meter.read()
        let start = StartCycle(workflow: "benchmark", openNow: true, by: "benchmark")
        let id = try await controlPlane.services.cycles.start(start, key: nil).id
        let serving: [@Sendable () async throws -> Void] = [{ try await agents.run() }]
        try await Companions.during(serving) { try await completed(id) }
        let ended = ContinuousClock.now
        try await controlPlane.projector.catchUp()
        let after = try await controlPlane.engine.meter.read()
        let view = try await controlPlane.questions.cycle(id, at: nil, hosts: false)
        let succeeded = view.stages.reduce(0) { $0 + $1.counts.succeeded }
        guard succeeded == 2 * hosts else {
            throw Incomplete(what: "\(succeeded) of \(2 * hosts) runs of \(id) succeeded")
        }
        let stages = view.stages.compactMap { stage -> (String, Double)? in
            guard let began = stage.startedAt, let ended = stage.endedAt else { return nil }
            return (stage.name, (ended - began) / .seconds(1))
        }
        return Measurement(
            seconds: (ended - before.time) / .seconds(1),
            stages: Dictionary(stages) { first, _ in first },
            projectionSeconds: (after.time - ended) / .seconds(1),
            outcomes: 2 * hosts,
            usage: Usage(from: before, to: after, outcomes: Double(2 * hosts))
        )
    }

    // MARK: - Steps

    private static let selectState = SQL("benchmark_cycle_state", "SELECT state FROM cycle WHERE id = $1")

    /// Asked of the read model, which costs next to nothing.
    private func completed(_ id: String) async throws {
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            let rows = try await controlPlane.engine.client.query(Self.selectState(.text(id)))
            switch try rows.first?.get(0, as: String.self) {
            case "completed": return
            case "halted", "failed", "aborted": throw Incomplete(what: "\(id) is halted")
            default: try await Task.sleep(for: .milliseconds(50))
            }
        }
        throw Incomplete(what: "\(id) does not end")
    }
}
