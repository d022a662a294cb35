import AgentProtocol
import ControlPlaneTestSupport
import HTTPTypes
import HummingbirdTesting
import ReadModels
import Testing

/// What somebody who may send changes can send in place of them.
@Suite("Bodies of operators that are damaged", .timeLimit(.minutes(10)))
struct OperatorBodyTests {
    private static let depth = 200_000

    /// Texts that are no JSON as this API takes it, whatever the route.
    private static let bodies: [(name: String, bytes: [UInt8])] = [
        ("lists without end", Array(String(repeating: "[", count: depth).utf8)),
        ("deep lists", Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)),
        ("deep objects", Array(String(repeating: "{\"policy\":", count: depth / 10).utf8)),
        ("a deep field", Array(("{\"by\":" + String(repeating: "[", count: depth)).utf8)),
        ("no UTF-8", [0xff, 0xfe, 0x00]),
        ("no UTF-8 in a text", Array("{\"by\":\"".utf8) + [0xc3, 0x28, 0xff] + Array("\"}".utf8)),
        ("half a character", Array("{\"by\":\"".utf8) + [0xe2, 0x82]),
        ("a lone surrogate", Array("{\"by\":\"\\ud800\"}".utf8)),
        ("a long number", Array(("{\"by\":" + String(repeating: "9", count: depth) + "}").utf8)),
        ("a text for a name", Array("{\"by\":7}".utf8)),
    ]

    @Test("Deep and broken JSON is refused in words on every route, and others are answered")
    func damaged() async throws {
        try await TestAPI.with { api in
            let routes = api.offered.filter { $0.hasPrefix("POST /api/v1/") && !$0.hasSuffix("/imports") }
            #expect(routes.count > 15)
            for route in routes {
                let target = route.dropFirst("POST ".count).replacing(#/{\w+}/#, with: "a")
                for (name, bytes) in Self.bodies {
                    let response = try await api.ask(.post, String(target), body: bytes)
                    #expect(response.status == .badRequest, "\(target): \(name) gave \(response.status)")
                    #expect(try response.problem().code == "malformed-body", "\(target): \(name)")
                    #expect(try response.problem().detail.utf8.count < 2_000, "\(target): \(name)")
                }
            }
            #expect(try await api.get("/api/v1/nodes").status == .ok)
        }
    }

    @Test("A NUL in a reason or an entry is the caller's mistake; in a field that is not known it is nothing")
    func nul() async throws {
        try await TestAPI.with { api async throws in
            func code(_ fields: String) async throws -> String? {
                let body = "{\(fields),\"by\":\"ana\"}"
                let response = try await api.ask(.post, "/api/v1/policy/rejections", body: Array(body.utf8))
                return response.status == .ok ? nil : try response.problem().code
            }
            #expect(try await code(#""entry":"acme-web","reason":"a\u0000""#) == "invalid-text")
            #expect(try await code(#""entry":"a\u0000","reason":"bad""#) == "invalid-entry")
            #expect(try await code(#""entry":"acme-web","reason":"\\u0000","other\u0000":"\u0000""#) == nil)
        }
    }
}
