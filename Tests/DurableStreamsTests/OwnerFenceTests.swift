import DurableStreams
import Testing
import Time

/// What an owner does when its flush was not written, or perhaps not.
@Suite struct OwnerFenceTests {
    private let savings = account("savings")
    private let other = account("other")

    @Test("A fenced shard is given up; the rest of the flush is sent again as it was")
    func fencedShard() async throws {
        let bench = OwnerBench(savings, other)
        try await bench.acquire()
        try await bench.settle()
        let rival = OwnerBench(savings, engine: "engine-2", store: bench.store, time: bench.time)
        try await rival.acquire()
        try await rival.settle()

        try await bench.receive([message("1", to: savings, .deposit(1)), message("1", to: other, .deposit(1))])
        let flush = try #require(bench.nextFlush())
        await #expect(throws: StoreError.self) { try await bench.store.append(flush) }
        let heads = try await bench.store.heads(of: flush.parts.map(\.shard))
        let release = bench.flushed(.conflict(heads: heads))
        #expect(release.dropped == [savings.shard])
        #expect(release.answers.isEmpty)

        let again = try #require(bench.nextFlush())
        #expect(again.parts == flush.parts.filter { $0.shard == other.shard })
        try await bench.store.append(again)
        #expect(bench.flushed(.committed(leftOut: [])).answers.map(\.key.stream) == [other])

        try await bench.acquire()
        try await bench.settle([message("1", to: savings, .deposit(1))])
        #expect(try await bench.stored(savings)?.balance == 1)
    }

    @Test("A refusal decided on a stale fold is fenced too")
    func fencedRefusal() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle([message("1", to: savings, .deposit(1))])
        let rival = OwnerBench(savings, engine: "engine-2", store: bench.store, time: bench.time)
        try await rival.acquire()
        try await rival.settle([message("2", to: savings, .deposit(9))])

        try await bench.receive([message("3", to: savings, .withdraw(10))])
        let flush = try #require(bench.nextFlush())
        #expect(flush.witness == nil, "it has no commit")
        await #expect(throws: StoreError.self) { try await bench.store.append(flush) }
    }

    @Test("A flush that failed without a trace is sent again as it was")
    func resend() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.receive([message("1", to: savings, .deposit(1))])
        let flush = try #require(bench.nextFlush())
        #expect(bench.flushed(.notWritten(heads: [])).dropped.isEmpty)
        #expect(bench.nextFlush() == flush)
    }

    @Test("A conflict that nobody else caused makes the owner start over")
    func startOver() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle()
        try await bench.receive([message("1", to: savings, .deposit(1))])
        let flush = try #require(bench.nextFlush())
        let release = bench.flushed(.conflict(heads: flush.parts.map(\.predecessor)))
        #expect(release.dropped == [savings.shard])
        #expect(bench.nextFlush() == nil)
        #expect(bench.ownedShards().isEmpty)
    }

    @Test("What is decided ahead stands on the flush under way and falls with its shard")
    func decidedAhead() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.receive([message("1", to: savings, .deposit(1))])
        let first = try #require(bench.nextFlush())
        try await bench.receive([message("2", to: savings, .withdraw(1))])
        bench.owner.decideAhead(at: bench.time.now)
        try await bench.store.append(first)
        _ = bench.flushed(.committed(leftOut: []))
        let second = try #require(bench.nextFlush())
        #expect(second.parts.map(\.predecessor) == first.parts.compactMap(\.commits.last?.head))
        let stranger = ChainHead(shard: savings.shard, position: 99, chain: [], at: bench.time.now)
        _ = bench.flushed(.notWritten(heads: [stranger]))
        #expect(bench.nextFlush() == nil)
    }

    @Test("A message that is read while it is being written is not decided again")
    func readWhileFlushing() async throws {
        let bench = OwnerBench(savings)
        let deposit = try message("1", to: savings, .deposit(1))
        try await bench.acquire()
        try await bench.receive([deposit])
        let flush = try #require(bench.nextFlush())
        bench.owner.beginRead()
        try await bench.store.append(flush)
        _ = bench.flushed(.committed(leftOut: []))
        bench.owner.receive([deposit], isComplete: true)
        #expect(bench.nextFlush() == nil)
    }

    @Test("A message that is handed over after its answer is not decided again")
    func handedOverLate() async throws {
        let bench = OwnerBench(savings)
        let deposit = try message("1", to: savings, .deposit(1))
        try await bench.acquire()
        try await bench.settle([deposit])
        bench.owner.handOver([deposit])
        #expect(bench.nextFlush() == nil)
        bench.time.advance(by: .seconds(4))
        bench.owner.handOver([deposit, try message("2", to: savings, .deposit(1))])
        let flush = try #require(bench.nextFlush())
        #expect(flush.parts.flatMap(\.answers).map(\.key.id) == ["2"])
    }

    @Test("What is handed over does not overtake what waits in the inbox")
    func order() async throws {
        let bench = OwnerBench(savings)
        let (older, newer) = (try message("1", to: savings, .deposit(1)), try message("2", to: savings, .deposit(1)))
        try await bench.acquire()
        try await bench.settle()
        bench.owner.fallBehind()
        bench.owner.handOver([newer])
        #expect(bench.nextFlush() == nil)
        try await bench.receive([older, newer])
        bench.owner.handOver([newer, try message("3", to: savings, .deposit(1))])
        let flush = try #require(bench.nextFlush())
        #expect(flush.parts.flatMap(\.answers).map(\.key.id) == ["1", "2", "3"])
    }

    @Test("A stream that was asked for before its shard was lost is not taken from that answer")
    func staleLoad() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        bench.owner.beginRead()
        bench.owner.receive([try message("1", to: savings, .deposit(1))], isComplete: true)
        let request = try #require(bench.streamToLoad())
        let stale = try #require(try await bench.store.load([savings], fromFirstEvent: false).first)
        bench.owner.lost(savings.shard)
        try await bench.acquire()
        bench.owner.beginRead()
        bench.owner.receive([try message("1", to: savings, .deposit(1))], isComplete: true)
        bench.owner.loaded(stale, for: request, at: bench.time.now)
        #expect(bench.streamToLoad()?.stream == savings)
    }

    @Test("Two owners of one shard never interleave unseen, whatever their order", arguments: 1...20)
    func rivals(seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let store = InMemoryStore(now: { Timestamp(microseconds: 0) })
        let benches = (1...3).map { OwnerBench(savings, engine: "engine-\($0)", store: store) }
        for number in 0..<120 {
            let bench = benches.randomElement(using: &random) ?? benches[0]
            if bench.ownedShards().isEmpty || Int.random(in: 0..<8, using: &random) == 0 { try await bench.acquire() }
            try await bench.receive([message("\(seed)-\(number)", to: savings, .deposit(1))])
            guard let flush = bench.nextFlush() else { continue }
            do {
                try await store.append(flush)
                _ = bench.flushed(.committed(leftOut: []))
            } catch {
                _ = bench.flushed(.conflict(heads: try await store.heads(of: [savings.shard])))
            }
        }
        let report = try await LogVerifier(store: store).verify()
        #expect(report.finding == nil, "seed \(seed)")
        let accepted = try await bench(benches).stored(savings)?.balance
        let answers = try await store.answers(to: (0..<120).map { MessageKey(stream: savings, id: "\(seed)-\($0)") })
        #expect(accepted == answers.count, "seed \(seed)")
        #expect(answers.count > 10, "seed \(seed)")
    }

    private func bench(_ benches: [OwnerBench]) -> OwnerBench { benches[0] }
}
