import DurableStreams
import Logging
import Postgres
import TestSupport
import Testing

@Suite("Old answers", .timeLimit(.minutes(10)))
struct AnswerRetentionTests {
    /// Every second answer is of long ago; one shard has more than one statement looks at.
    private static let fill = """
        INSERT INTO answer (shard, stream, id, position, at)
        SELECT CASE WHEN n <= 5000 THEN 7 ELSE n % 256 END, 'account/' || n % 10, n::text, 1,
            now() - CASE WHEN n % 2 = 0 THEN interval '31 days' ELSE interval '29 days' END
        FROM generate_series(1, 6000) AS n
        """

    @Test("They are forgotten in every shard, and young ones are kept")
    func sweep() async throws {
        try await withPostgresStore { store, client in
            _ = try await client.query(.unprepared(Self.fill))
            let retention = AnswerRetention(store: store, pause: .zero, logger: .quiet)
            #expect(try await retention.sweep(olderThan: AnswerRetention.kept) == 3_000)
            let left = "SELECT count(*), count(*) FILTER (WHERE at < now() - interval '30 days') FROM answer"
            let row = try await client.query(.unprepared(left)).one()
            #expect(try row.get(0, as: Int.self) == 3_000)
            #expect(try row.get(1, as: Int.self) == 0)
            #expect(try await retention.sweep(olderThan: AnswerRetention.kept) == 0)
        }
    }
}
