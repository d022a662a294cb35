import ArgumentParser
import Domain
import DurableStreams
import Foundation
import PatchStreams
import Time

/// From the log to the state.
struct FoldingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "folding",
        abstract: "Events per second from the log in PostgreSQL into the state of rollouts.",
        discussion: """
            Runs rollouts to their end, and then folds each of them from its first event, without its snapshot: first one after the other, \
            then as many at a time as there are cores.
            """
    )

    @Option(help: "Rollouts.")
    var lanes = 8

    @Option(help: "Hosts of each rollout; each leaves one event.")
    var hosts = 10_000

    @Option(help: "How often all of them are folded; the median counts.")
    var rounds = 5

    func run() async throws {
        let (figures, settings) = try await LocalEngine.with { engine in
            let round = RolloutRound(engine: engine, lanes: lanes, hosts: hosts, senders: 1_000)
            _ = try await round.run(1)
            return (try await measure(engine, round.names(1)), try await Settings.read(engine.client))
        }
        let bound = "the processor: copying and reading the stored bytes; a stream is folded by one core"
        try Result(benchmark: "folding", settings: settings, figures: figures, bound: bound).print()
    }

    // MARK: - Steps

    private func measure(_ engine: LocalEngine, _ names: [String]) async throws -> FoldingFigures {
        let reader = StreamReader(store: engine.store)
        let fold: @Sendable (String) async throws -> Int = { name in
            // Far in the future: up to a time, a stream is folded from its first event.
            let end = wallTime() + .seconds(86_400)
            let decider = DomainDecider<Rollout>.withoutEffects
            guard let folded = try await reader.fold(decider, Rollout.stream(name), upTo: end),
                folded.state.counts[.succeeded] == hosts
            else { throw Incomplete(what: "\(name) does not fold to its end") }
            return Int(folded.version)
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        var (one, all, usages): ([Double], [Double], [Usage]) = ([], [], [])
        for _ in 1...rounds {
            for (atOnce, isOne) in [(1, true), (cores, false)] {
                let before = try await engine.meter.read()
                let events = try await gathered(names, atOnce: atOnce, fold).reduce(0, +)
                let usage = Usage(from: before, to: try await engine.meter.read(), outcomes: Double(events))
                let rate = Double(events) / usage.seconds
                if isOne { one.append(rate) } else { all.append(rate) }
                usages.append(usage)
            }
            progress("\(Int(one.last ?? 0)) events/s one by one, \(Int(all.last ?? 0)) side by side")
        }
        return FoldingFigures(
            events: lanes * hosts,
            eventsPerSecond: Int(one.median),
            eventsPerSecondOnAllCores: Int(all.median),
            engineCPUMicroseconds: usages.map(\.engineMicroseconds).median.rounded(toPlaces: 2),
            databaseCPUMicroseconds: usages.map(\.databaseMicroseconds).median.rounded(toPlaces: 2)
        )
    }
}

struct FoldingFigures: Encodable, Sendable {
    let events: Int
    let eventsPerSecond: Int
    let eventsPerSecondOnAllCores: Int
    let engineCPUMicroseconds: Double
    let databaseCPUMicroseconds: Double
}
