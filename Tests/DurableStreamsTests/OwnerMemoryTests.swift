import Testing
import Time

@testable import DurableStreams

/// Waking, loading, snapshots and forgetting.
@Suite struct OwnerMemoryTests {
    private let savings = account("savings")

    @Test("A stream is woken when its time has come, also when it is not in memory")
    func wakes() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        let due = bench.time.now + .seconds(60)
        try await bench.settle([message("1", to: savings, .remind(at: due))])
        #expect(bench.nextWake() == due)
        bench.time.advance(by: .seconds(59))
        try await bench.tick()
        #expect(bench.nextFlush() == nil)

        let successor = OwnerBench(savings, engine: "engine-2", store: bench.store, time: bench.time)
        try await successor.acquire()
        try await successor.settle()
        successor.time.advance(by: .seconds(1))
        try await successor.tick()
        try await successor.settle()
        #expect(try await successor.stored(savings)?.reminders == 1)
        #expect(successor.nextWake() == nil)
        #expect(try await bench.store.wakes(of: Shard.all).isEmpty)
    }

    @Test("A stream's row is written when it is new, must be woken earlier, or need not be woken, and not otherwise")
    func rows() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        let start = bench.time.now
        var written: [Bool] = []
        let contents: [Account.Incoming] = [
            .deposit(1), .deposit(1), .remind(at: start + .seconds(10)), .remind(at: start + .seconds(20)),
            .remind(at: start + .seconds(5)), .cancelReminder, .cancelReminder,
        ]
        for (number, content) in contents.enumerated() {
            try await bench.receive([message("\(number)", to: savings, content)])
            let flush = try #require(bench.nextFlush())
            written.append(flush.parts.contains { !$0.streams.isEmpty })
            try await bench.store.append(flush)
            _ = bench.flushed(.committed(leftOut: []))
        }
        #expect(written == [true, false, true, false, true, true, false])
    }

    @Test("A stream that is due but does nothing is not woken again at once, and people are told")
    func idleWake() async throws {
        let bench = OwnerBench(savings, decider: Account(sleepsThroughReminders: true))
        try await bench.acquire()
        try await bench.settle([message("1", to: savings, .remind(at: bench.time.now))])
        #expect(bench.notices() == [.idleWake(savings)])
        #expect(try #require(bench.nextWake()) > bench.time.now)
        let soon = bench.time.now + .milliseconds(10)
        try await bench.settle([message("2", to: savings, .remind(at: soon))])
        #expect(bench.nextWake() == soon)
    }

    @Test("Snapshot and tail give the same fold as all events")
    func snapshots() async throws {
        var limits = OwnerLimits()
        limits.snapshotBytes = 100
        let bench = OwnerBench(savings, limits: limits)
        try await bench.acquire()
        for number in 1...40 { try await bench.settle([message("\(number)", to: savings, .deposit(number))]) }
        let loaded = try await bench.store.load([savings], fromFirstEvent: false)[0]
        let snapshot = try #require(loaded.snapshot)
        #expect(snapshot.version > 1 && snapshot.version < 41)
        #expect(loaded.commits.first?.version == snapshot.version + 1)

        let successor = OwnerBench(savings, engine: "engine-2", store: bench.store, time: bench.time)
        try await successor.acquire()
        let answers = try await successor.settle([message("all", to: savings, .withdraw(820))])
        #expect(answers.values.allSatisfy { if case .accepted = $0 { true } else { false } })
        #expect(try await successor.stored(savings)?.balance == 0)
    }

    @Test("A snapshot that cannot be read is no loss: the stream is folded from its first event")
    func uselessSnapshot() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        bench.owner.beginRead()
        bench.owner.receive([try message("1", to: savings, .deposit(1))], isComplete: true)
        let request = try #require(bench.streamToLoad())
        #expect(!request.fromFirstEvent)
        let snapshot = Snapshot(version: 7, state: "{\"format\":0,\"state\":{}}")
        let stored = StoredStream(stream: savings, exists: true, wakeAt: nil, snapshot: snapshot, commits: [])
        bench.owner.loaded(stored, for: request, at: bench.time.now)
        #expect(bench.streamToLoad()?.fromFirstEvent == true)
    }

    @Test("A stream whose events cannot be folded keeps its messages until they can")
    func unreadable() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle()
        bench.owner.beginRead()
        bench.owner.receive([try message("1", to: savings, .deposit(1))], isComplete: true)
        let request = try #require(bench.streamToLoad())
        let head = try await bench.store.heads(of: [savings.shard])[0]
        let commit = Commit(
            shard: savings.shard,
            position: head.position + 1,
            stream: savings,
            version: 1,
            events: "[{\"type\":\"account.event.v9\",\"data\":{}}]",
            actor: "future",
            cause: "1",
            at: bench.time.now,
            chain: head.chain
        )
        let stored = StoredStream(stream: savings, exists: true, wakeAt: nil, snapshot: nil, commits: [commit])
        bench.owner.loaded(stored, for: request, at: bench.time.now)
        #expect(bench.nextFlush() == nil)
        guard case .unreadable(savings, _)? = bench.notices().first else {
            Issue.record("nobody was told")
            return
        }
        // Its messages take nobody's place: they are left in the inbox until the stream is looked at again.
        #expect(bench.owner.unreadable == [savings])
        #expect(bench.owner.backlog == 0)
        bench.owner.beginRead()
        #expect(bench.owner.receive([try message("1", to: savings, .deposit(1))], isComplete: true) == 0)
        bench.time.advance(by: .seconds(31))
        bench.owner.tick(bench.time.now)
        #expect(bench.owner.unreadable.isEmpty)
        try await bench.settle([message("1", to: savings, .deposit(1))])
        #expect(try await bench.stored(savings)?.balance == 1)
    }

    @Test("Setting wake-ups again and again takes no memory")
    func wakeQueue() {
        var queue = WakeQueue()
        for number in 1...10_000 {
            queue.set(savings, Timestamp(microseconds: Int64(number)))
            queue.set(account("other"), Timestamp(microseconds: Int64(20_000 - number)))
        }
        #expect(queue.entryCount <= 64)
        #expect(queue.next(at: Timestamp(microseconds: 10_000)) == account("other"))
        #expect(queue.next(at: Timestamp(microseconds: 10_000)) == savings)
        #expect(queue.next(at: Timestamp(microseconds: 100_000)) == nil)
    }

    @Test("Streams that are not used are forgotten and loaded again when needed")
    func forgetting() async throws {
        var limits = OwnerLimits()
        limits.openStreams = 10
        let streams = (0..<30).map { account("\($0)") }
        let bench = OwnerBench(streams[0], limits: limits)
        let crowd = streams.filter { $0.shard == streams[0].shard }
        let many = (0..<4_000).map { account("crowd-\($0)") }.filter { $0.shard == streams[0].shard }
        try await bench.acquire()
        for stream in crowd + many { try await bench.settle([message("1", to: stream, .deposit(3))]) }
        #expect(many.count > 10)
        try await bench.receive([message("2", to: streams[0], .withdraw(3))])
        try await bench.settle()
        #expect(try await bench.stored(streams[0])?.balance == 0)
    }
}
