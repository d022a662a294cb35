import Domain
import Testing
import Time

@Suite("A feed's stream")
struct FeedTests {
    private func fact(_ number: Int64, _ sha256: String = "a") -> FeedImport {
        FeedImport(
            number: number,
            sha256: sha256,
            byteCount: 10,
            format: "kev",
            entryCount: 1,
            newCount: 1,
            changedCount: 0,
            malformedCount: 0
        )
    }

    @Test("Each import is a fact once, however often it is told, and none comes after a later one")
    func imports() throws {
        var stream = Stream<Feed>()
        #expect(try stream.send(.imported(fact(1)), at: seconds(1)).events.count == 1)
        #expect(try stream.send(.imported(fact(1)), at: seconds(2)).events == [])
        #expect(try stream.send(.imported(fact(5, "b")), at: seconds(3)).events.count == 1)
        #expect(try stream.send(.imported(fact(4, "c")), at: seconds(4)).events == [])
        // The same bytes as once before, but not as the last time.
        #expect(try stream.send(.imported(fact(6, "a")), at: seconds(5)).events.count == 1)
        #expect(try stream.send(.wake, at: seconds(6)).events == [])
        #expect(stream.state.last == fact(6, "a"))
        try stream.checkFold("")
    }
}
