import Logging
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct BatchTests {
    private static let double = SQL("test_double", "SELECT $1::int8 * 2")
    private static let insert = SQL("test_insert", "INSERT INTO t (n) VALUES ($1)")
    private static let count = SQL("test_count", "SELECT count(*) FROM t")
    private static let table = Statement.unprepared("CREATE TABLE t (n int8 CONSTRAINT t_pk PRIMARY KEY)")

    @Test("A batch answers each statement in order")
    func answersInOrder() async throws {
        try await withDatabase { client in
            let answers = try await client.batch([
                Self.table, Self.insert(.int64(1)), Self.insert(.int64(2)), Self.count(),
                .unprepared("DELETE FROM t WHERE n > $1", [.int64(0)]),
            ])
            #expect(answers.count == 5)
            #expect(answers[1].affected == 1)
            #expect(try answers[3].one().get(0, as: Int.self) == 2)
            #expect(answers[4].affected == 2)
            #expect(try await client.batch([]).isEmpty)
        }
    }

    @Test("A failed statement undoes its whole batch and is named with its index and constraint")
    func isAtomic() async throws {
        try await withDatabase { client in
            _ = try await client.query(Self.table)
            let error = try await #require(throws: PostgresError.self) {
                try await client.batch([
                    Self.insert(.int64(1)), Self.count(), Self.insert(.int64(1)), Self.insert(.int64(2)),
                ])
            }
            #expect(error.code == .uniqueViolation)
            #expect(error.sqlState == "23505")
            #expect(error.index == 2)
            #expect(error.statement == "test_insert")
            #expect(error.constraint == "t_pk")
            #expect(error.detail == "Key (n)=(1) already exists.")
            #expect(!"\(error)".contains("(n)=(1)"))
            #expect(try await client.query(Self.count()).one().get(0, as: Int.self) == 0)
        }
    }

    @Test("A statement that cannot be prepared fails its batch, and the next batch works")
    func prepareFails() async throws {
        let unknown = SQL("test_unknown", "SELECT * FROM nowhere WHERE n = $1")
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            let error = try await #require(throws: PostgresError.self) {
                try await client.batch([Self.double(.int64(1)), unknown(.int64(1)), Self.double(.int64(2))])
            }
            #expect(error.code == .undefinedTable)
            #expect(error.index == 1)
            #expect("\(error)".contains("ringmaster migrate"))
            let answers = try await client.batch([Self.double(.int64(3)), Self.double(.int64(4))])
            #expect(try answers.map { try $0.one().get(0, as: Int64.self) } == [6, 8])
        }
    }

    @Test("A statement is prepared once per connection, and again for other types of parameters")
    func preparesOnce() async throws {
        let show = SQL("test_show", "SELECT $1::text")
        try await withDatabase(configure: { $0.maxConnections = 1 }) { client in
            for _ in 0..<3 { _ = try await client.batch([show(.text("a")), show(.text(nil))]) }
            _ = try await client.query(show(.null))
            let prepared = try await client.query(
                .unprepared("SELECT name FROM pg_prepared_statements WHERE name LIKE 'test_show%'")
            )
            #expect(prepared.count == 2)
        }
    }

    @Test("Answers match their callers when a thousand batches are in flight")
    func answersMatchCallers() async throws {
        try await withDatabase { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<1_000 {
                    group.addTask {
                        let answers = try await client.batch([
                            Self.double(.int64(Int64(n))), Self.double(.int64(Int64(-n))),
                        ])
                        #expect(try answers.map { try $0.one().get(0, as: Int.self) } == [n * 2, n * -2])
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("Large parameters and large answers do not deadlock")
    func largeValuesFlow() async throws {
        let echo = SQL("test_echo", "SELECT $1::bytea, $1::bytea")
        let big = [UInt8](repeating: 7, count: 8 << 20)
        try await withDatabase(configure: { $0.maxConnections = 2 }) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let answers = try await client.batch([echo(.bytea(big)), echo(.bytea(big))])
                        for answer in answers { #expect(try answer.one().get(1, as: [UInt8].self) == big) }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("A full disk is told as such, with what to do")
    func diskFull() async throws {
        try await withDatabase { client in
            let error = try await #require(throws: PostgresError.self) {
                try await client.query(
                    .unprepared("DO $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$")
                )
            }
            #expect(error.code == .diskFull)
            #expect("\(error)".contains("free space"))
        }
    }
}
