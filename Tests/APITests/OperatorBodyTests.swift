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

    @Test("A NUL in a text is the caller's mistake, however it is written; what only looks like one is none")
    func nul() async throws {
        try await TestAPI.with { api in
            func reject(_ reason: String) async throws -> TestResponse {
                let body = #"{"entry":"acme-web","reason":"\#(reason)","by":"ana"}"#
                return try await api.ask(.post, "/api/v1/policy/rejections", body: Array(body.utf8))
            }
            for reason in [#"\u0000"#, #"a\u0000b"#, #"\\\u0000"#, #"\u0001\u0000"#, #"\u00\u0000"#, #"\n\u0000"#] {
                let response = try await reject(reason)
                #expect(response.status == .badRequest, "\(reason)")
                let code = try response.problem().code
                #expect(code == (reason.hasPrefix(#"\u00\"#) ? "malformed-body" : "invalid-text"), "\(reason)")
            }
            for reason in [#"\\u0000"#, #"\u0001"#, "0000", #"\\\\u0000"#] {
                #expect(try await reject(reason).status == .ok, "\(reason)")
            }
        }
    }
}
