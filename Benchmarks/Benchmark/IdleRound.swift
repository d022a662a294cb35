import SimulatedAgents
import Synchronization

/// Idle hosts before one server: they wait, are released when it ends, and come back to the next.
struct IdleRound: Sendable {
    struct Idle: Sendable {
        var residentMiB: Int
        var highestResidentMiB: Int
        var serverCPUPercent: Double
        var databaseCPUPercent: Double
        var pollsPerSecond: Double
        var repeated: Int
        var final: Int
    }

    /// Seconds after the server was told to end.
    struct Drain: Sendable {
        var firstRelease: Double
        var lastRelease: Double
        var down: Double
    }

    struct ComeBack: Sendable {
        var seconds: Double
        var repeated: Int
        var final: Int
    }

    /// As the agent's long poll.
    private static let pollSeconds = 55
    /// Until all are connected and what connecting took is over.
    private static let settling = Duration.seconds(15)
    private static let patience = Duration.seconds(90)

    let seconds: Int

    /// Lets the hosts wait, measures, and ends the server.
    func idle(_ fleet: HostFleet, _ server: ServerProcess, _ meter: Meter) async throws -> (Idle, Drain) {
        let book = PollBook()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, host) in fleet.hosts.enumerated() {
                // Each is somewhere in its poll, as the hosts of a fleet are.
                let first = 1 + index * (Self.pollSeconds - 1) / fleet.hosts.count
                group.addTask { try await wait(host, first, book) }
            }
            try await Task.sleep(for: Self.settling)
            let idle = try await measure(server, meter, book)
            let began = ContinuousClock.now
            book.drain(began)
            server.process.terminate()
            while !server.process.hasEnded {
                guard ContinuousClock.now < began + Self.patience else {
                    throw Incomplete(what: "the server does not end")
                }
                try await Task.sleep(for: .milliseconds(10))
            }
            let down = ContinuousClock.now - began
            try await group.waitForAll()
            let releases = book.releases
            let drain = Drain(
                firstRelease: releases.min() ?? 0,
                lastRelease: releases.max() ?? 0,
                down: down / .seconds(1)
            )
            return (idle, drain)
        }
    }

    /// All hosts ask at the same moment, and again until they are answered.
    func comeBack(_ fleet: HostFleet) async throws -> ComeBack {
        let book = PollBook()
        let began = ContinuousClock.now
        _ = try await gathered(fleet.hosts) { host in
            while ContinuousClock.now < began + Self.patience {
                if try await answered(host, seconds: 1, book) { return }
                try await Task.sleep(for: .seconds(Double.random(in: 0.5...1)))
            }
            throw Incomplete(what: "a host that came back was not answered")
        }
        let took = ContinuousClock.now - began
        return ComeBack(seconds: took / .seconds(1), repeated: book.counts.repeated, final: book.counts.final)
    }

    // MARK: - Steps

    private func measure(_ server: ServerProcess, _ meter: Meter, _ book: PollBook) async throws -> Idle {
        let (before, answered) = (try await meter.read(), book.counts.answered)
        try await Task.sleep(for: .seconds(seconds))
        let after = try await meter.read()
        let usage = Usage(from: before, to: after, outcomes: 1)
        let memory = server.process.residentMiB
        return Idle(
            residentMiB: memory.now,
            highestResidentMiB: memory.highest,
            serverCPUPercent: usage.engineMicroseconds / 1e6 / usage.seconds * 100,
            databaseCPUPercent: usage.databaseMicroseconds / 1e6 / usage.seconds * 100,
            pollsPerSecond: Double(book.counts.answered - answered) / usage.seconds,
            repeated: book.counts.repeated,
            final: book.counts.final
        )
    }

    /// Polls until the server is told to end, and the last poll has its answer.
    private func wait(_ host: HostClient, _ first: Int, _ book: PollBook) async throws {
        var seconds = first
        while !book.isDraining {
            if try await answered(host, seconds: seconds, book) {
                seconds = Self.pollSeconds
            } else if !book.isDraining {
                try await Task.sleep(for: .seconds(Double.random(in: 0.5...1)))
            }
        }
        book.released()
    }

    private func answered(_ host: HostClient, seconds: Int, _ book: PollBook) async throws -> Bool {
        do {
            _ = try await host.poll(seconds: seconds)
            book.note { $0.answered += 1 }
            return true
        } catch let refused as RefusedRequest where refused.isFinal {
            book.note { $0.final += 1 }
            progress("\(refused)")
        } catch let cancelled as CancellationError {
            throw cancelled
        } catch {
            book.note { $0.repeated += 1 }
            if book.counts.repeated < 5 { progress("\(error)") }
        }
        return false
    }
}

/// What became of the polls.
final class PollBook: Sendable {
    struct Counts {
        var answered = 0
        /// Failed as a server that is away or has too much to do fails.
        var repeated = 0
        /// Failed in a way that an agent does not simply repeat.
        var final = 0
        fileprivate var drainBegan: ContinuousClock.Instant?
        fileprivate var releases: [Double] = []
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }
    var isDraining: Bool { state.withLock { $0.drainBegan != nil } }
    var releases: [Double] { state.withLock { $0.releases } }

    func note(_ change: (inout Counts) -> Void) { state.withLock { change(&$0) } }

    func drain(_ began: ContinuousClock.Instant) { state.withLock { $0.drainBegan = began } }

    func released() {
        state.withLock { counts in
            guard let began = counts.drainBegan else { return }
            counts.releases.append((ContinuousClock.now - began) / .seconds(1))
        }
    }
}
