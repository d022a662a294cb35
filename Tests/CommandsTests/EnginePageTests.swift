import Commands
import ReadModels
import Testing
import Time

struct EnginePageTests {
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    private let message = SetAsideView(
        id: "open/7f3a",
        stream: "rollout/c-1/early/Frankfurt/Debian12-early",
        kind: "open",
        actor: "worker/one",
        error: "its body cannot be read as open of rollout: the data is \u{1b}[31mcut off",
        receivedAt: now - .seconds(90),
        since: now - .seconds(60)
    )

    private var engine: EngineView {
        EngineView(
            at: Self.now,
            engines: [
                EngineProcessView(
                    id: "host-1-abc",
                    isAlive: true,
                    shards: 128,
                    startedAt: Self.now,
                    leaseSeconds: 5.42
                ),
                EngineProcessView(id: "host-2-def", isAlive: false, shards: 128, startedAt: nil, leaseSeconds: -75),
            ],
            unownedShards: 128,
            waiting: 1_204,
            oldestAgeSeconds: 340,
            worstShards: [ShardLagView(shard: 7, waiting: 1_200, oldestAgeSeconds: 340)],
            tasks: TaskCountsView(scheduled: 1, due: 2, running: 3, dead: 4),
            setAsideCount: 1,
            setAside: [message],
            settlements: [
                SettlementView(verb: "retry", by: "ana", reason: nil, at: Self.now, message: message),
                SettlementView(verb: "discard", by: "ben", reason: "sent by a test", at: Self.now, message: message),
            ]
        )
    }

    @Test("The page tells who owns what, what lags and what is set aside")
    func page() {
        let expected = """
            waiting         1204, the oldest for 5m
            unowned shards  128
            tasks           2 due, 3 running, 1 scheduled, 4 given up
            set aside       1

            ENGINE      SHARDS  LEASE          STARTED
            host-1-abc     128  ends in 5.4s   2026-11-18T11:06:40Z
            host-2-def     128  ended 75s ago  -

            SHARD  WAITING  OLDEST
                7     1200      5m
            """
        let lines = EnginePage(engine).lines(OutputStyle())
        #expect(lines.prefix(11).joined(separator: "\n") == expected)
        #expect(lines[12].hasPrefix("MESSAGE    STREAM"))
        #expect(lines[13].hasPrefix("open/7f3a  rollout/c-1/early/Frankfurt/Debian12-early  open  its body cannot"))
        #expect(!lines.joined().contains("\u{1b}"))
        #expect(
            lines.suffix(2) == [
                "message open/7f3a to rollout/c-1/early/Frankfurt/Debian12-early was retried by ana at "
                    + "2026-11-18T11:06:40Z",
                "message open/7f3a to rollout/c-1/early/Frankfurt/Debian12-early was discarded by ben at "
                    + "2026-11-18T11:06:40Z: sent by a test",
            ]
        )
    }

    @Test("The tables fit the terminal, ids whole")
    func narrow() {
        let lines = EnginePage(engine).lines(OutputStyle(width: 72)).dropLast(2)
        #expect(lines.allSatisfy { $0.displayWidth <= 72 }, "\(lines.joined(separator: "\n"))")
        #expect(lines.contains { $0.hasPrefix("open/7f3a  rollout/c-1/early/Frankfurt/Debian12-early") })
    }

    @Test("Without an engine the page says what runs one")
    func none() {
        var engine = engine
        engine.engines = []
        let lines = EnginePage(engine).lines(OutputStyle())
        #expect(lines.contains("No engine runs: nothing is decided. `ringmaster serve` runs one."))
    }
}
