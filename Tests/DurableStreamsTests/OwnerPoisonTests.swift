import DurableStreams
import Testing
import Time

/// Messages that cannot be decided do not stop their streams.
@Suite struct OwnerPoisonTests {
    private let savings = account("savings")

    @Test("A body that does not decode is set aside, and the stream goes on")
    func undecodable() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        var broken = try message("1", to: savings, .deposit(5))
        broken.body = "{"
        let answers = try await bench.settle([broken, message("2", to: savings, .deposit(7))])
        guard case .setAside(let error) = answers[broken.key] else {
            Issue.record("the answer is \(String(describing: answers[broken.key]))")
            return
        }
        #expect(error.hasPrefix("its body cannot be read as any of account"))
        let shown = try await bench.store.setAside(limit: 10)
        #expect(shown.map(\.message) == [broken])
        #expect(shown.map(\.error) == [error])
        #expect(try await bench.stored(savings)?.balance == 7)
    }

    @Test("A message whose event cannot be stored changes nothing")
    func badEvent() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle([
            message("1", to: savings, .deposit(5)), message("2", to: savings, .writeBadEvent),
            message("3", to: savings, .withdraw(5)),
        ])
        #expect(try await bench.stored(savings) == Account.State(balance: 0, deposits: 1))
        #expect(try await bench.store.setAside(limit: 10).map(\.message.id) == ["2"])
    }

    @Test("A message whose effects fail is undone though it was folded, and what comes after it is decided rightly")
    func spoiledFold() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        let answers = try await bench.settle([
            message("1", to: savings, .deposit(5)), message("2", to: savings, .askTheImpossible),
            message("3", to: savings, .withdraw(5)), message("4", to: savings, .withdraw(1)),
        ])
        #expect(try await bench.stored(savings) == Account.State(balance: 0, deposits: 1))
        #expect(answers.values.filter { if case .accepted = $0 { true } else { false } }.count == 2)
        #expect(
            answers[MessageKey(stream: savings, id: "4")]
                == .refused(code: "balance-too-low", detail: "the account has 0, not 1")
        )
    }

    @Test("A message to a kind of stream that nobody decides for is set aside")
    func unknownKind() async throws {
        let stranger = StreamID("stranger/1")
        let bench = OwnerBench(stranger)
        try await bench.acquire()
        let answers = try await bench.settle([message("1", to: stranger, .deposit(1))])
        let reason = "no stream kind \"stranger\" is known to this engine"
        guard case .setAside(let error)? = answers.values.first else {
            Issue.record("it was not set aside: \(answers)")
            return
        }
        #expect(error.hasPrefix(reason))
    }

    @Test("The message that the store cannot hold is found among others and set aside")
    func storeRefusesOne() async throws {
        let bench = OwnerBench(savings)
        try await bench.acquire()
        try await bench.settle()
        var waiting = try (1...5).map { try message("\($0)", to: savings, .deposit($0)) }
        var answers: [MessageKey: Answer] = [:]
        for _ in 0..<30 where !waiting.isEmpty {
            try await bench.receive(waiting)
            guard let flush = bench.nextFlush() else { continue }
            // The store takes no flush that has decided message 3.
            let isPoisoned = flush.parts.flatMap(\.answers).contains { $0.key.id == "3" && !$0.answer.isSetAside }
            let release = bench.flushed(isPoisoned ? .invalid("a value is refused") : .committed(leftOut: []))
            if !isPoisoned { try await bench.store.append(flush) }
            if !release.dropped.isEmpty { try await bench.acquire() }
            for answered in release.answers { answers[answered.key] = answered.answer }
            waiting.removeAll { answers[$0.key] != nil }
        }
        #expect(waiting.isEmpty)
        #expect(answers[MessageKey(stream: savings, id: "3")] == .setAside(error: "a value is refused"))
        #expect(answers.values.filter(\.isSetAside).count == 1)
        #expect(try await bench.stored(savings)?.balance == 12)
    }

    @Test("A wake-up that the store cannot hold is blamed on nobody else, and is tried less and less often")
    func storeRefusesWake() async throws {
        let bench = OwnerBench(savings)
        let other = try #require((0..<4_000).map { account("\($0)") }.first { $0.shard == savings.shard })
        try await bench.acquire()
        try await bench.settle([message("1", to: savings, .remind(at: bench.time.now + .seconds(1)))])
        var attempts: [Timestamp] = []
        let deposit = try message("innocent", to: other, .deposit(1))
        var answer: Answer?
        for _ in 0..<400 {
            bench.time.advance(by: .seconds(1))
            if answer == nil { try await bench.receive([deposit]) }
            try await bench.tick()
            guard let flush = bench.nextFlush() else { continue }
            let wakes = flush.parts.flatMap(\.commits).filter { $0.stream == savings }
            guard wakes.isEmpty else {
                attempts.append(bench.time.now)
                #expect(bench.flushed(.invalid("a value is refused")).dropped == [savings.shard])
                try await bench.acquire()
                continue
            }
            try await bench.store.append(flush)
            for answered in bench.flushed(.committed(leftOut: [])).answers { answer = answer ?? answered.answer }
        }
        #expect(answer?.isAccepted == true)
        #expect(attempts.count > 2 && attempts.count < 20)
        let gaps = zip(attempts.dropFirst(3), attempts.dropFirst(2)).map { $0 - $1 }
        #expect(gaps == gaps.sorted())
        #expect(try await bench.store.setAside(limit: 10).map(\.message.stream) == [savings])
    }
}

extension Answer {
    var isSetAside: Bool { if case .setAside = self { true } else { false } }
}
