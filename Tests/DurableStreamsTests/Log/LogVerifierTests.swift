import DurableStreams
import Postgres
import Testing
import Time

/// Every change of the log is found, at the first position that is wrong.
@Suite(.timeLimit(.minutes(10)))
struct LogVerifierTests {
    private static let stream = account("savings")
    private static var shard: Shard { stream.shard }

    /// Twelve commits of two streams in one shard.
    private static func fill(_ store: any Store) async throws {
        var head = ChainHead.genesis(shard)
        for version in 1...6 {
            let part = FlushPart(after: head, [(stream, Int64(version)), (.engine(shard), Int64(version))])
            try await store.append(Flush(parts: [part]))
            head = part.commits[1].head
        }
    }

    @Test("A whole log is counted, with the head of each shard", arguments: StoreKind.allCases)
    func whole(kind: StoreKind) async throws {
        try await kind.with { store in
            try await Self.fill(store)
            let report = try await LogVerifier(store: store).verify()
            #expect(report.finding == nil)
            #expect(report.commits == 12)
            #expect(report.events == 12)
            #expect(report.heads == [try await store.heads(of: [Self.shard])[0]])
        }
    }

    @Test(
        "A changed value in any column of a row is found where it is",
        arguments: [
            "stream = 'account/savingt'", "version = 40", "events = replace(events::text, 'Zürich', 'Zurich')::json",
            "events = (events::text || ' ')::json", "actor = 'Alice'", "cause = ''",
            "at = at + interval '1 microsecond'",
            "chain = set_byte(chain, 31, (get_byte(chain, 31) + 1) % 256)",
        ]
    )
    func changedColumn(change: String) async throws {
        try await withPostgresStore { store, client in
            try await Self.fill(store)
            try await Self.tamper(client, "UPDATE commit SET \(change) WHERE position = 5")
            let finding = try #require(
                try await LogVerifier(store: PostgresStore.unchecked(client: client)).verify().finding
            )
            #expect(finding.shard == Self.shard)
            #expect(finding.position == 5)
            #expect(finding.what == .chainMismatch)
        }
    }

    @Test("A row moved to another shard or position is found")
    func movedRow() async throws {
        try await withPostgresStore { store, client in
            try await Self.fill(store)
            try await Self.tamper(
                client,
                "UPDATE commit SET shard = (shard + 1) % 256, position = 1 WHERE position = 12"
            )
            let finding = try #require(
                try await LogVerifier(store: PostgresStore.unchecked(client: client)).verify().finding
            )
            #expect(finding.what == .chainMismatch)
            #expect(finding.position == 1)
        }
    }

    @Test("A deleted row is found")
    func deletedRow() async throws {
        try await withPostgresStore { store, client in
            try await Self.fill(store)
            try await Self.tamper(client, "DELETE FROM commit WHERE position = 7")
            let finding = try #require(
                try await LogVerifier(store: PostgresStore.unchecked(client: client)).verify().finding
            )
            #expect(finding.position == 7)
            #expect(finding.what == .missing)
            #expect("\(finding)" == "shard \(Self.shard) position 7: the commit is missing; it was deleted")
        }
    }

    @Test("Swapped and inserted rows are found")
    func swappedAndInserted() async throws {
        let store = InMemoryStore(now: wallTime)
        try await Self.fill(store)
        store.tamper(
            { log in
                log.swapAt(3, 5)
                (log[3].position, log[5].position) = (4, 6)
            },
            in: Self.shard
        )
        #expect(try await LogVerifier(store: store).verify().finding?.position == 4)

        let other = InMemoryStore(now: wallTime)
        try await Self.fill(other)
        other.tamper(
            { log in
                log.insert(.following(log[2].head, Self.stream, version: 3), at: 3)
                for index in 4..<log.count { log[index].position += 1 }
            },
            in: Self.shard
        )
        // The row that was put in has a right chain value; the one behind it no longer has.
        #expect(try await LogVerifier(store: other).verify().finding?.position == 5)
    }

    @Test("A chain that was computed anew still shows a wrong version")
    func forgedChain() async throws {
        let store = InMemoryStore(now: wallTime)
        try await Self.fill(store)
        store.tamper(
            { log in
                log.removeSubrange(4...)
                log.append(.following(log[3].head, Self.stream, version: 9))
            },
            in: Self.shard
        )
        let finding = try #require(try await LogVerifier(store: store).verify().finding)
        #expect(finding.what == .versionGap(expected: 3, found: 9))
        #expect(finding.position == 5)
    }

    @Test("A tail that was cut off shows by the heads that were kept, and in nothing else")
    func cutOff() async throws {
        try await withPostgresStore { store, client in
            try await Self.fill(store)
            let kept = try await LogVerifier(store: PostgresStore.unchecked(client: client)).verify().heads
            let part = FlushPart(after: try #require(kept.first), [(Self.stream, 7)])
            try await store.append(Flush(parts: [part]))
            #expect(
                try await LogVerifier(store: PostgresStore.unchecked(client: client)).verify(since: kept).finding == nil
            )

            try await Self.tamper(client, "DELETE FROM commit WHERE position > 11", rows: 2)
            #expect(try await LogVerifier(store: PostgresStore.unchecked(client: client)).verify().finding == nil)
            let finding = try #require(
                try await LogVerifier(store: PostgresStore.unchecked(client: client)).verify(since: kept).finding
            )
            #expect(finding.shard == Self.shard && finding.position == 12 && finding.what == .lostHead)
            #expect(
                "\(finding)".hasPrefix(
                    "shard \(Self.shard) position 12: the commit that was the last one there is gone"
                )
            )
        }
    }

    @Test("A tail that was written anew with a right chain shows by the heads that were kept")
    func rewritten() async throws {
        let store = InMemoryStore(now: wallTime)
        try await Self.fill(store)
        let kept = try await LogVerifier(store: store).verify().heads
        store.tamper(
            { log in
                log.removeLast()
                for version in 6...7 {
                    let head = log[log.count - 1].head
                    log.append(.following(head, .engine(Self.shard), version: Int64(version), cause: "another"))
                }
            },
            in: Self.shard
        )
        #expect(try await LogVerifier(store: store).verify().finding == nil)
        #expect(try await LogVerifier(store: store).verify(since: kept).finding?.what == .lostHead)
    }

    private static func tamper(_ client: PostgresClient, _ change: String, rows: Int = 1) async throws {
        let answers = try await client.batch([
            .unprepared("ALTER TABLE commit DISABLE TRIGGER commit_is_append_only"), .unprepared(change),
            .unprepared("ALTER TABLE commit ENABLE ALWAYS TRIGGER commit_is_append_only"),
        ])
        #expect(answers[1].affected == rows)
    }
}
