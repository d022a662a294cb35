import DurableStreams
import Testing
import Time

/// The engine as its users know it: ask and be answered.
@Suite(.timeLimit(.minutes(10)))
struct EngineServiceTests {
    private let savings = account("savings")

    @Test("What is asked is answered, durably, and the same for every repetition", arguments: StoreKind.allCases)
    func asking(kind: StoreKind) async throws {
        try await kind.with { store in
            let engine = TestEngine("one", store: store)
            try await engine.running {
                let answer = try await engine.ask("1", savings, .deposit(5))
                #expect(answer.isAccepted)
                #expect(try await engine.ask("1", savings, .deposit(500)) == answer)
                let refusal = try await engine.ask("2", savings, .withdraw(6))
                #expect(refusal == .refused(code: "balance-too-low", detail: "the account has 5, not 6"))
                #expect(try await engine.ask("2", savings, .deposit(500)) == refusal)
            }
            let folded = try await StreamReader(store: store).fold(Account(), savings)
            #expect(folded?.state == Account.State(balance: 5, deposits: 1))
        }
    }

    @Test("A transfer arrives at the other stream", arguments: StoreKind.allCases)
    func transfer(kind: StoreKind) async throws {
        try await kind.with { store in
            let engine = TestEngine("one", store: store)
            let other = account("other")
            try await engine.running {
                _ = try await engine.ask("1", savings, .deposit(5))
                _ = try await engine.ask("2", savings, .transfer(3, to: other.rawValue))
                // The transfer's own message answers by its id.
                let key = MessageKey(stream: other, id: "\(savings)/2")
                try await eventually { try await !store.answers(to: [key]).isEmpty }
            }
            #expect(try await StreamReader(store: store).fold(Account(), other)?.state.balance == 3)
        }
    }

    @Test("A stream is woken by time alone", arguments: StoreKind.allCases)
    func waking(kind: StoreKind) async throws {
        try await kind.with { store in
            let engine = TestEngine("one", store: store)
            try await engine.running {
                _ = try await engine.ask("1", savings, .remind(at: wallTime() + .milliseconds(50)))
                let reader = StreamReader(store: store)
                try await eventually { try await reader.fold(Account(), savings)?.state.reminders == 1 }
            }
        }
    }

    @Test("An engine whose store is brought back goes on from what is there, though nobody asks it for anything")
    func restored() async throws {
        let (time, leases) = (ManualTime(), Locked(0))
        let store = InMemoryStore(
            now: { time.now },
            fault: { call in
                if case .lease = call { leases.withLock { $0 += 1 } }
                return nil
            }
        )
        let engine = TestEngine("one", store: store)
        try await engine.running {
            _ = try await engine.ask("1", savings, .remind(at: time.now + .seconds(3_600)))
            let backup = store.backup
            time.advance(by: .seconds(60))
            _ = try await engine.ask("2", savings, .cancelReminder)
            let known = leases.withLock { $0 }
            // One renewal may have begun before; each is one call, or two when it takes shards.
            try await eventually { leases.withLock { $0 } >= known + 3 }
            store.backup = backup
            time.advance(by: .seconds(3_600))
            let reader = StreamReader(store: store)
            try await eventually { try await reader.fold(Account(), savings)?.state.reminders == 1 }
        }
        #expect(try await LogVerifier(store: store).verify().finding == nil)
    }

    @Test("Shards that another engine owned meanwhile are read anew, though nobody asks for anything")
    func ownedMeanwhile() async throws {
        let (time, isCutOff, failures) = (ManualTime(), Locked(false), Locked(0))
        let store = InMemoryStore(
            now: { time.now },
            fault: { call in
                guard case .lease = call, isCutOff.withLock({ $0 }) else { return nil }
                failures.withLock { $0 += 1 }
                return .fail
            }
        )
        let engine = TestEngine("one", store: store)
        try await engine.running {
            _ = try await engine.ask("1", savings, .deposit(1))
            isCutOff.withLock { $0 = true }
            // A renewal may have begun before.
            try await eventually { failures.withLock { $0 } >= 2 }
            time.advance(by: .seconds(60))
            var tables = store.backup
            _ = tables.renewLeases(of: "two", for: .seconds(2), at: time.now)
            #expect(tables.acquireLeases(for: "two", limit: 256, duration: .seconds(2), at: time.now).count == 256)
            tables.retire(engine: "two")
            store.backup = tables
            try await remind(savings, at: time.now + .seconds(60), version: 2, in: store)
            isCutOff.withLock { $0 = false }
            time.advance(by: .seconds(3_600))
            let reader = StreamReader(store: store)
            try await eventually { try await reader.fold(Account(), savings)?.state.reminders == 1 }
        }
        #expect(try await LogVerifier(store: store).verify().finding == nil)
    }

    /// What another owner decides.
    private func remind(_ stream: StreamID, at: Timestamp, version: Int64, in store: any Store) async throws {
        let event = try Account().encode(.reminderSet(at: at))
        let head = try await store.heads(of: [stream.shard])[0]
        var commit = Commit.following(head, stream, version: version)
        commit.events = "[{\"type\":\"\(event.type)\",\"data\":\(event.data)}]"
        commit.chain = Chain.value(of: commit, after: head.chain)
        var part = FlushPart(shard: stream.shard, predecessor: head, at: commit.at)
        part.commits = [commit]
        part.streams = [StreamRow(stream: stream, version: version, wakeAt: at, snapshot: nil)]
        try await store.append(Flush(parts: [part]))
    }

    @Test("Engines share the shards, and a stopped one's are taken at once", arguments: StoreKind.allCases)
    func sharing(kind: StoreKind) async throws {
        try await kind.with { store in
            let (first, second) = (TestEngine("one", store: store), TestEngine("two", store: store))
            try await first.running {
                _ = try await first.ask("1", savings, .deposit(1))
                try await second.running {
                    try await eventually { try await store.renewLeases(of: "two", for: .seconds(1)).held.count == 128 }
                    for number in 0..<20 {
                        #expect(try await second.ask("\(number)", account("\(number)"), .deposit(1)).isAccepted)
                    }
                }
                for number in 0..<20 {
                    #expect(try await first.ask("again-\(number)", account("\(number)"), .deposit(1)).isAccepted)
                }
            }
            let report = try await LogVerifier(store: store).verify()
            #expect(report.finding == nil)
            for number in 0..<20 {
                let folded = try await StreamReader(store: store).fold(Account(), account("\(number)"))
                #expect(folded?.state.deposits == 2)
            }
        }
    }

    @Test("Engines that come and go are noticed between renewals", arguments: StoreKind.allCases)
    func comingAndGoing(kind: StoreKind) async throws {
        try await kind.with { store in
            let first = TestEngine("one", store: store) { configuration in
                (configuration.lease, configuration.renewal) = (.seconds(7_200), .seconds(3_600))
            }
            let second = TestEngine("two", store: store)
            try await first.running {
                try await eventually { try await store.leaseCounts().freeShards == 0 }
                try await second.running {
                    try await eventually { try await store.renewLeases(of: "two", for: .seconds(2)).held.count == 128 }
                }
                for number in 0..<20 {
                    #expect(try await first.ask("\(number)", account("\(number)"), .deposit(1)).isAccepted)
                }
                #expect(try await store.leaseCounts() == LeaseCounts(engines: 1, freeShards: 0))
            }
        }
    }

    @Test("Faults of the store delay answers but change none", arguments: 1...6)
    func faults(seed: Int) async throws {
        let faults = RandomFaults(seed: UInt64(seed))
        let store = InMemoryStore(now: wallTime, fault: { faults.next($0) })
        let engine = TestEngine("one", store: store)
        let messages = try (0..<60).map { try message("\($0)", to: account("\($0 % 3)"), .deposit(1)) }
        try await engine.running {
            for message in messages {
                while true {
                    do {
                        let answer = try await engine.sender.ask(message, timeout: .seconds(120))
                        #expect(answer.isAccepted, "seed \(seed)")
                        break
                    } catch is StoreError {
                        continue
                    }
                }
            }
        }
        faults.stop()
        #expect(try await LogVerifier(store: store).verify().finding == nil, "seed \(seed)")
        for number in 0..<3 {
            let state = try await StreamReader(store: store).fold(Account(), account("\(number)"))?.state
            #expect(state?.deposits == 20, "seed \(seed)")
        }
    }
}
