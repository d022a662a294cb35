import DurableStreams
import Postgres
import Testing
import Time

/// The stored form of events.
@Suite(.timeLimit(.minutes(10)))
struct EventListTests {
    @Test("Data is kept to the byte, whatever JSON it is")
    func verbatim() throws {
        let data = [
            "{}", "[1, 2.5e-3 , {\"a\":[]}]", "\"]},{\\\"\"", "null", "-0.5", "{\"x\":{\"y\":\"\\u00e4\\\\\"}}",
            " true ",
        ]
        let text = "[" + data.map { "{\"type\":\"a.b.v1\",\"data\":\($0)}" }.joined(separator: ",") + "]"
        let entries = try EventList.parse(text)
        #expect(entries.map(\.event.data) == data.map { $0.trimmed })
        #expect(entries.allSatisfy { $0.actor == nil && $0.event.type == "a.b.v1" })
    }

    @Test("An event's own actor is read back")
    func actor() throws {
        let entries = try EventList.parse("[{\"type\":\"a\",\"data\":1,\"by\":\"bob \\\"b\\\" \\u00e4\"}]")
        #expect(entries.map(\.actor) == ["bob \"b\" ä"])
        let list = ["\"\"", "\"Zoë\"", "1", "\"a\\\\\""].map { "{\"type\":\"a\",\"data\":1,\"by\":\($0)}" }
        let actors = try EventList.parse("[" + list.joined(separator: ",") + "]").map(\.actor)
        #expect(actors == ["", "Zoë", nil, "a\\"])
        #expect(try EventList.parse("[]").isEmpty)
    }

    @Test("A string's end is found wherever it is, eight bytes at a time or fewer", arguments: 0..<64 as Range<UInt64>)
    func endOfPlain(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = (0..<40).map { _ in
            UInt8.random(in: random.next() % 8 == 0 ? 0...0x60 : 0x21...0xff, using: &random)
        }
        let marks = bytes.indices.filter { bytes[$0] < 0x20 || bytes[$0] == 0x22 || bytes[$0] == 0x5c }
        for start in 0...bytes.count {
            let end = marks.first { $0 >= start } ?? bytes.count
            #expect(JSONBytes.endOfPlain(bytes, from: start) == end, "seed \(seed), from \(start): \(bytes)")
        }
    }

    @Test(
        "What is not a list of events is refused with its place",
        arguments: [
            "", "[", "{}", "[{}]", "[{\"type\":\"a\"}]", "[{\"type\":\"a\",\"data\":}]",
            "[{\"type\":\"a\",\"data\":1}]x",
            "[,]", "[{\"type\":\"a\",\"data\":1},]", "[{\"type\":\"a\",\"data\":1}{\"type\":\"a\",\"data\":1}]",
            "[{\"type\":\"a\",\"data\":1,\"by\":}]", "[{\"type\":\"a\\u0062\",\"data\":1}]",
            "[{\"data\":1,\"type\":\"a\"}]",
        ]
    )
    func refused(text: String) {
        #expect(throws: EventListError.self) { try EventList.parse(text) }
    }

    @Test("What the engine takes for JSON is what PostgreSQL takes for JSON")
    func agreesWithPostgres() async throws {
        let texts = [
            "1", "-1", "01", "1.", ".5", "1e5", "1e", "+1", "\"\"", "\"a", "\"\t\"", "\"\\x\"", "\"\\u12\"",
            "\"\\u0000\"", "tru",
            "true", "nul", "{}", "{\"a\"}", "{\"a\":1,}", "{,}", "[1,]", "[,1]", "[[]]", "{\"a\":{\"b\":[null]}}",
            "{a:1}", "1 2", "\"ä\"",
            "\"\u{7f}\"", "", " ", "[1 2]",
        ]
        try await withDatabaseOfItsOwn { client in
            for text in texts {
                let isPostgres: Bool
                do {
                    _ = try await client.query(.unprepared("SELECT $1::text::json", [.text(text)]))
                    isPostgres = true
                } catch {
                    isPostgres = false
                }
                let list = "[{\"type\":\"a\",\"data\":\(text)}]"
                let isOurs = (try? EventList.parse(list)) != nil
                #expect(isOurs == isPostgres, "\(text)")
            }
        }
    }

    private func withDatabaseOfItsOwn(_ body: (PostgresClient) async throws -> Void) async throws {
        try await withPostgresStore { _, client in try await body(client) }
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
