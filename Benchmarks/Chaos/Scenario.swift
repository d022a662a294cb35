import ArgumentParser
import Simulation

/// One group of faults, on processes and a database of its own.
enum Scenario: String, CaseIterable, ExpressibleByArgument {
    /// Servers are killed, paused and drained.
    case engines
    /// PostgreSQL is restarted and its connections are cut.
    case database
    /// PostgreSQL's disk is full for a while.
    case disk
    /// Everything is restarted in turn while a cycle patches a fleet.
    case rolling

    func run(_ plan: Plan, folder: String) async throws {
        let number = UInt64(Self.allCases.firstIndex(of: self) ?? 0)
        let random = RandomSource(seed: plan.seed, stream: number)
        try await World.with(name: rawValue, folder: folder, diskBytes: self == .disk ? FullDisk.bytes : nil) { world in
            switch self {
            case .engines: try await EngineFaults(world: world, plan: plan).run(random)
            case .database: try await DatabaseFaults(world: world, plan: plan).run(random)
            case .disk: try await FullDisk(world: world, plan: plan).run(random)
            case .rolling: try await RollingRestart(world: world, plan: plan).run(random)
            }
        }
    }
}
