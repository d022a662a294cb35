import Postgres
import TestSupport
import Testing
import Time

@Suite(.timeLimit(.minutes(10))) struct ValueTests {
    @Test("Scalars come back as they were sent, extremes included")
    func scalars() async throws {
        let echo = SQL("test_scalars", "SELECT $1::int2, $2::int4, $3::int8, $4::float8, $5::bool, $6::text, $7::bytea")
        let texts = ["", "héllo 🐘", String(repeating: "x", count: 100_000)]
        let values: [(Int16, Int32, Int64, Double, Bool, String, [UInt8])] = [
            (.min, .min, .min, -.infinity, false, texts[0], []),
            (.max, .max, .max, .greatestFiniteMagnitude, true, texts[1], Array(0...255)),
            (0, -1, 1, 0.1, true, texts[2], [0]),
        ]
        try await withDatabase { client in
            for value in values {
                let row = try await client.query(
                    echo(
                        .int16(value.0),
                        .int32(value.1),
                        .int64(value.2),
                        .double(value.3),
                        .bool(value.4),
                        .text(value.5),
                        .bytea(value.6)
                    )
                ).one()
                #expect(try row.get(0, as: Int16.self) == value.0)
                #expect(try row.get(1, as: Int32.self) == value.1)
                #expect(try row.get("int8", as: Int64.self) == value.2)
                #expect(try row.get(3, as: Double.self) == value.3)
                #expect(try row.get(4, as: Bool.self) == value.4)
                #expect(try row.get(5, as: String.self) == value.5)
                #expect(try row.get(6, as: [UInt8].self) == value.6)
                // Integers widen.
                #expect(try row.get(0, as: Int64.self) == Int64(value.0))
                #expect(try row.get(1, as: Int.self) == Int(value.1))
            }
        }
    }

    @Test("NULL of every type comes back as nil")
    func nulls() async throws {
        let echo = SQL(
            "test_nulls",
            "SELECT $1::int2, $2::int4, $3::int8, $4::bool, $5::text, $6::json, $7::bytea, $8::timestamptz, $9::text"
        )
        try await withDatabase { client in
            let row = try await client.query(
                echo(
                    .int16(nil),
                    .int32(nil),
                    .int64(nil),
                    .bool(nil),
                    .text(nil),
                    .json(nil),
                    .bytea(nil),
                    .timestamp(nil),
                    .null
                )
            ).one()
            #expect(try row.get(0, as: Int16?.self) == nil)
            #expect(try row.get(2, as: Int64?.self) == nil)
            #expect(try row.get(3, as: Bool?.self) == nil)
            #expect(try row.get(4, as: String?.self) == nil)
            #expect(try row.get(5, as: String?.self) == nil)
            #expect(try row.get(6, as: [UInt8]?.self) == nil)
            #expect(try row.get(7, as: Timestamp?.self) == nil)
            #expect(try row.get(8, as: String?.self) == nil)
        }
    }

    @Test("JSON is kept byte by byte, and jsonb reads as text")
    func json() async throws {
        let text = #"{"b": 1,  "a":[true,null,"\u00e9"]}"#
        try await withDatabase { client in
            let row = try await client.query(
                .unprepared("SELECT $1, '{\"n\": 1}'::jsonb", [.json(text)])
            ).one()
            #expect(try row.get(0, as: String.self) == text)
            #expect(try row.get(1, as: String.self) == #"{"n": 1}"#)
        }
    }

    @Test(
        "Moments are exact to the microsecond",
        arguments: [0, 1, -1, 946_684_799_999_999, 1_795_420_800_123_456, -210_866_803_200_000_000]
    )
    func timestamps(microseconds: Int64) async throws {
        let moment = Timestamp(microseconds: microseconds)
        try await withDatabase { client in
            let row = try await client.query(
                .unprepared("SELECT $1, (extract(epoch FROM $1) * 1000000)::int8", [.timestamp(moment)])
            ).one()
            #expect(try row.get(0, as: Timestamp.self) == moment)
            #expect(try row.get(1, as: Int64.self) == microseconds)
        }
    }

    @Test("Arrays come back as they were sent, empty and with NULL elements")
    func arrays() async throws {
        let moments = [Timestamp(microseconds: 0), Timestamp(microseconds: .max / 2)]
        try await withDatabase { client in
            let row = try await client.query(
                .unprepared(
                    "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11",
                    [
                        .int16s([.min, 0, .max]), .int64s([Int64.min, .max]), .int64s([1, nil]),
                        .texts(["", "a,\"b\""]),
                        .texts(["x", nil]), .byteas([[], [0, 255]]), .byteas([nil, [1]]), .timestamps(moments),
                        .bools([true, false]), .jsons(["{}", "[1]"]), .texts([String]()),
                    ]
                )
            ).one()
            #expect(try row.get(0, as: [Int16].self) == [.min, 0, .max])
            #expect(try row.get(1, as: [Int64].self) == [.min, .max])
            #expect(try row.get(2, as: [Int64?].self) == [1, nil])
            #expect(try row.get(3, as: [String].self) == ["", "a,\"b\""])
            #expect(try row.get(4, as: [String?].self) == ["x", nil])
            #expect(try row.get(5, as: [[UInt8]].self) == [[], [0, 255]])
            #expect(try row.get(6, as: [[UInt8]?].self) == [nil, [1]])
            #expect(try row.get(7, as: [Timestamp].self) == moments)
            #expect(try row.get(8, as: [Bool].self) == [true, false])
            #expect(try row.get(9, as: [String].self) == ["{}", "[1]"])
            #expect(try row.get(10, as: [String].self).isEmpty)
            #expect(throws: PostgresError.self) { try row.get(4, as: [String].self) }
        }
    }

    @Test("Arrays of equal length insert many rows at once")
    func unnest() async throws {
        let insert = SQL("test_unnest", "INSERT INTO t (n, s) SELECT * FROM unnest($1::int8[], $2::text[])")
        try await withDatabase { client in
            _ = try await client.query(.unprepared("CREATE TABLE t (n int8, s text)"))
            let numbers = (0..<3_000).map { Int64($0) }
            let answer = try await client.query(insert(.int64s(numbers), .texts(numbers.map { "row \($0)" })))
            #expect(answer.affected == 3_000)
            let rows = try await client.query(.unprepared("SELECT n FROM t ORDER BY n"))
            #expect(try rows.column(0, as: Int64.self) == numbers)
        }
    }

    @Test("A wrong type, an unexpected NULL and a missing column are told by name")
    func decodingErrors() async throws {
        try await withDatabase { client in
            let rows = try await client.query(.unprepared("SELECT 1::int8 AS n, NULL::text AS s, 1.5::numeric AS d"))
            let row = try rows.one()
            func message(_ body: () throws -> Void) throws -> String {
                let error = try #require(throws: PostgresError.self) { try body() }
                #expect(error.code == .decoding)
                return error.message
            }
            #expect(
                try message { _ = try row.get("n", as: String.self) }
                    == "row 0: column \"n\" is int8, but String needs text"
            )
            #expect(
                try message { _ = try row.get(0, as: Int16.self) }
                    == "row 0: column \"n\" is int8, but Int16 needs int2"
            )
            #expect(
                try message { _ = try row.get("s", as: String.self) }
                    == "row 0: column \"s\" is NULL, but String was asked for"
            )
            #expect(
                try message { _ = try row.get("d", as: Int.self) }
                    == "row 0: column \"d\" is numeric, but Int needs int8"
            )
            #expect(
                try message { _ = try row.get("x", as: Int.self) }
                    == "row 0: there is no column \"x\": the answer has n, s, d"
            )
            #expect(throws: PostgresError.self) { try row.get(3, as: Int.self) }
            #expect(throws: PostgresError.self) { try row.get(-1, as: Int.self) }
        }
    }

    @Test(
        "What PostgreSQL cannot hold is refused before anything is sent",
        arguments: [
            (Parameter.text("a\0b"), "NUL byte"), (.json("\"\0\""), "NUL byte"), (.texts(["a", "\0"]), "NUL byte"),
            (.timestamp(Timestamp(microseconds: -210_866_803_200_000_001)), "timestamptz"),
            (.timestamps([Timestamp(microseconds: .min)]), "timestamptz"),
        ]
    )
    func refusedParameters(parameter: Parameter, reason: String) async throws {
        try await withDatabase { client in
            _ = try await client.query(.unprepared("CREATE TABLE t (n int8)"))
            let error = try await #require(throws: PostgresError.self) {
                try await client.batch([
                    .unprepared("INSERT INTO t VALUES (1)"), .unprepared("SELECT $1, $2", [.bool(true), parameter]),
                ])
            }
            #expect(error.code == .invalidParameter)
            #expect(error.index == 1)
            #expect(error.message.hasPrefix("parameter $2 "))
            #expect(error.message.contains(reason))
            #expect(try await client.query(.unprepared("SELECT FROM t")).isEmpty)
        }
    }

    @Test("An infinite moment and invalid UTF-8 are errors, not guesses")
    func unreadableValues() async throws {
        try await withDatabase { client in
            let row = try await client.query(.unprepared("SELECT 'infinity'::timestamptz")).one()
            #expect(throws: PostgresError.self) { try row.get(0, as: Timestamp.self) }
            // The one type that the server sends as a bare byte.
            let bytes = try await client.query(.unprepared("SELECT (-1)::int4::\"char\"")).one()
            let error = try #require(throws: PostgresError.self) { try bytes.get(0, as: String.self) }
            #expect(error.message == "row 0: column \"char\" is not valid UTF-8")
        }
    }
}
