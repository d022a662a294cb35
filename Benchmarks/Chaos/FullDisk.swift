import Commands
import Foundation
import Postgres
import Simulation
import Time

/// PostgreSQL's disk is full for a while.
struct FullDisk {
    static let bytes = 200 << 20
    private static let bound = Duration.seconds(30)

    let world: World
    let plan: Plan

    func run(_ random: RandomSource) async throws {
        var random = random
        let load = Load(world)
        let holds = (0..<(plan.isLong ? 10 : 1)).map { _ in
            Duration.milliseconds(Int.random(in: 2_000...6_000, using: &random))
        }
        try await load.during { ledger in
            for hold in holds {
                try await Task.sleep(for: .seconds(1))
                try await fill(for: hold, ledger)
            }
        }
        try await Verdict(world: world).check(load.ledger)
    }

    // MARK: - Steps

    private func fill(for hold: Duration, _ ledger: Ledger) async throws {
        let ballast = world.folder + "/db/ballast"
        try SmallDisk.fill(ballast)
        try await refusal(ledger)
        let refusedAt = SystemClock.now()
        try await Task.sleep(for: hold)
        if let slip = ledger.firstAcknowledged(sentAfter: refusedAt) {
            throw Broken("something was acknowledged at \(slip), while the disk was full")
        }
        guard unlink(ballast) == 0 else { throw Broken("cannot free the disk") }
        let freedAt = SystemClock.now()
        try await wait(for: "something is decided again", atMost: Self.bound) {
            ledger.firstDecided(sentAfter: refusedAt) != nil
        }
        let recovery = (ledger.firstDecided(sentAfter: refusedAt) ?? freedAt) - freedAt
        world.tell("the disk was full for \(hold.text): deciding again \(recovery.text) after there was space")
    }

    /// Uses up what the write-ahead log has left, until nothing is acknowledged any longer.
    private func refusal(_ ledger: Ledger) async throws {
        try await wait(for: "the database refuses writes", atMost: .seconds(60)) {
            let before = SystemClock.now()
            do throws(PostgresError) {
                _ = try await world.client.query(.unprepared("SELECT pg_switch_wal()"))
            } catch {
                // It may be going down by now.
            }
            try await Task.sleep(for: .seconds(1))
            return ledger.firstAcknowledged(sentAfter: before) == nil
        }
    }
}
