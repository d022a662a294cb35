import Domain
import Testing
import Time

@Suite("The API's tokens")
struct AccessBookTests {
    private static func token(_ id: String, expires: Int = 1_000, roles: [AccessRole] = [.viewer]) -> AccessToken {
        AccessToken(
            id: id,
            name: "ana",
            roles: roles,
            scope: nil,
            secretSHA256: "hash of \(id)",
            expires: seconds(expires)
        )
    }

    @Test("A token counts from its making to its end or its revocation, which is one event")
    func life() throws {
        var stream = Stream<AccessBook>()
        try stream.send(.create(Self.token("a")), at: seconds(0), by: "root")
        let issued = try #require(stream.state.token(ofSecret: "hash of a"))
        #expect(issued.createdBy == "root")
        #expect(issued.isValid(at: seconds(999)) && !issued.isValid(at: seconds(1_000)))
        #expect(stream.state.token(ofSecret: "a") == nil)
        try stream.send(.use(id: "a", source: "192.0.2.1"), at: seconds(5))
        #expect(stream.state.tokens[0].lastUse?.source == "192.0.2.1")
        #expect(try stream.send(.use(id: "none", source: nil), at: seconds(5)).events.isEmpty)
        #expect(try stream.send(.revoke(id: "a", reason: "left"), at: seconds(6), by: "root").events.count == 1)
        #expect(try stream.send(.revoke(id: "a", reason: "again"), at: seconds(7)).events.isEmpty)
        #expect(stream.state.tokens[0].revocation?.reason == "left")
        #expect(!stream.state.tokens[0].isValid(at: seconds(6)))
        #expect(throws: AccessBookRefusal.unknown(id: "b")) {
            try stream.send(.revoke(id: "b", reason: "x"), at: seconds(8))
        }
        try stream.checkFold("")
    }

    @Test("One that exists, has no role or is over is not made")
    func useless() throws {
        var stream = Stream<AccessBook>()
        try stream.send(.create(Self.token("a")), at: seconds(0))
        #expect(throws: AccessBookRefusal.exists(id: "a")) { try stream.send(.create(Self.token("a")), at: seconds(1)) }
        for token in [Self.token("b", expires: 10), Self.token("b", roles: [])] {
            #expect(throws: AccessBookRefusal.useless(id: "b")) { try stream.send(.create(token), at: seconds(10)) }
        }
    }

    @Test("There are no more than a thousand at a time, and those that ended are forgotten after 30 days")
    func bounds() throws {
        var stream = Stream<AccessBook>()
        for number in 0..<AccessBook.mostTokens {
            try stream.send(.create(Self.token("\(number)")), at: seconds(0))
        }
        #expect(throws: AccessBookRefusal.tooMany) { try stream.send(.create(Self.token("x")), at: seconds(1)) }
        try stream.send(.create(Self.token("y", expires: 9_000_000)), at: seconds(1_000))
        #expect(stream.state.tokens.count == AccessBook.mostTokens + 1)
        let later = 1_000 + 30 * 86_400 + 1
        try stream.send(.create(Self.token("z", expires: 9_000_000)), at: seconds(later))
        #expect(stream.state.tokens.map(\.token.id) == ["y", "z"])
    }
}
