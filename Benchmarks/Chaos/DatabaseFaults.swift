import Commands
import Foundation
import Postgres
import Simulation
import Time

/// PostgreSQL crashes every few seconds, and its connections are cut while flushes are written.
struct DatabaseFaults {
    /// How long it may take after a crash until something is decided that was sent after it.
    private static let bound = Duration.seconds(20)
    /// Cuts go on until so many writes had an unknown outcome.
    private static let cutPatience = Duration.seconds(60)

    let world: World
    let plan: Plan

    func run(_ random: RandomSource) async throws {
        var random = random
        let load = Load(world)
        let calms = (0..<(plan.isLong ? 40 : 4)).map { _ in
            Duration.milliseconds(Int.random(in: 1_000...2_500, using: &random))
        }
        let moments = (0..<(plan.isLong ? 600 : 60)).map { _ in
            Duration.milliseconds(Int.random(in: 5...120, using: &random))
        }
        try await load.during { ledger in
            for calm in calms {
                try await Task.sleep(for: calm)
                try await crash(ledger)
            }
            try await Task.sleep(for: .seconds(1))
            try await cut(at: moments, ledger)
        }
        try await Verdict(world: world).check(load.ledger)
    }

    // MARK: - Steps

    private func crash(_ ledger: Ledger) async throws {
        let (before, struckAt) = (try world.unknownOutcomes(), SystemClock.now())
        try world.crashPostgres()
        let recovery = try await recovery(since: struckAt, ledger)
        let unknown = try world.unknownOutcomes() - before
        world.tell(
            "PostgreSQL crashed: deciding again after \(recovery.text), \(unknown) writes of unknown outcome"
        )
    }

    private func recovery(since moment: Timestamp, _ ledger: Ledger) async throws -> Duration {
        var decidedAt: Timestamp?
        try await wait(for: "something is decided again", atMost: Self.bound) {
            decidedAt = ledger.firstDecided(sentAfter: moment)
            return decidedAt != nil
        }
        return (decidedAt ?? SystemClock.now()) - moment
    }

    private static let cutSQL = """
        SELECT pg_terminate_backend(pid)
        FROM pg_stat_activity
        WHERE application_name LIKE 'server %' AND state = 'active' AND query LIKE '%INTO %'
        ORDER BY wait_event IS NULL, random()
        LIMIT 1
        """

    /// Cuts one connection after the other that is writing.
    private func cut(at moments: [Duration], _ ledger: Ledger) async throws {
        let (before, end) = (try world.unknownOutcomes(), ContinuousClock.now + Self.cutPatience)
        var cuts = 0
        for moment in moments {
            try await Task.sleep(for: moment)
            // Between two flushes there is nothing to cut.
            try await wait(for: "a flush is written", atMost: .seconds(10)) {
                try await !world.client.query(.unprepared(Self.cutSQL)).isEmpty
            }
            cuts += 1
            guard ContinuousClock.now < end else { break }
        }
        let recovery = try await recovery(since: SystemClock.now(), ledger)
        let unknown = try world.unknownOutcomes() - before
        world.tell(
            "\(cuts) connections cut in the middle of a write: \(unknown) of unknown outcome, "
                + "deciding again after \(recovery.text)"
        )
        guard unknown > 0 else { throw Broken("no cut left an outcome unknown: they did not strike") }
    }
}
