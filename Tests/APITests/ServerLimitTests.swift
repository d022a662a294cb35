import API
import ControlPlane
import ControlPlaneTestSupport
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

/// A server on a port, as clients without manners meet it.
@Suite("Clients that are slow or malformed", .serialized, .timeLimit(.minutes(10)))
struct ServerLimitTests {
    /// So little that a test need not wait, and no client here that means well has a body or a long answer.
    private static let pace = TransferPace(period: .milliseconds(200), bytes: 1_000)
    private static let pageBytes = 64 << 20

    private func withServer(
        pace: TransferPace = pace,
        idleTimeout: TimeAmount = HTTPServer.idleTimeout,
        _ body: @escaping @Sendable (RawClient, SlowClosings) async throws -> Void
    ) async throws {
        try await withControlPlane { controlPlane in
            let closings = SlowClosings()
            let page = String(repeating: "a", count: Self.pageBytes)
            let access = controlPlane.services.access
            let routes = ServerRoutes.make(
                services: controlPlane.services,
                authenticator: Authenticator(breakGlass: BreakGlassToken(TestAPI.token), access: access),
                metrics: MetricsPage(contentType: "text/plain") { page }
            ) { [] }
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let server = try HTTPServer.make(
                routes: routes,
                host: "127.0.0.1",
                port: 0,
                certificate: nil,
                now: { controlPlane.clock.now },
                logger: closings.logger,
                pace: pace,
                idleTimeout: idleTimeout,
                listening: { port.yield($0) }
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                defer { group.cancelAll() }
                for await port in ports { return try await body(RawClient(port: port), closings) }
            }
        }
    }

    /// The server answers somebody else.
    private func checkOthers(_ client: RawClient) async throws {
        let answer = try await client.exchange(["GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
    }

    enum Malformed: String, CaseIterable, Sendable {
        case endlessHeader, manyHeaders, longAddress, noText, negativeLength

        var parts: [String] {
            switch self {
            case .endlessHeader:
                ["GET /healthz HTTP/1.1\r\nHost: a\r\nX: "]
                    + [String](repeating: String(repeating: "x", count: 1 << 20), count: 10)
            case .manyHeaders: ["GET /healthz HTTP/1.1\r\n"] + (0..<5_000).map { "X-\($0): y\r\n" } + ["\r\n"]
            case .longAddress: ["GET /" + String(repeating: "a", count: 1 << 20) + " HTTP/1.1\r\nHost: a\r\n\r\n"]
            case .noText: ["\u{0}\u{1}\u{2}\r\n\r\n"]
            case .negativeLength: ["POST /agent/v1/enrol HTTP/1.1\r\nContent-Length: -1\r\n\r\n"]
            }
        }
    }

    @Test(
        "Headers without end, too many of them, and bytes that are no text are refused or cut off",
        arguments: Malformed.allCases
    )
    func headers(malformed: Malformed) async throws {
        try await withServer { client, _ in
            let answer = try await client.exchange(malformed.parts)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(200))")
            try await checkOthers(client)
        }
    }

    @Test("Addresses and headers that are not UTF-8 harm nobody")
    func encodings() async throws {
        try await withServer { client, _ in
            let ends = Array(" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ".utf8)
            let request =
                Array("GET /api/v1/nodes/".utf8) + [0xff, 0xfe, 0xc3] + ends + [0xff, 0xc0] + Array("\r\n\r\n".utf8)
            let answer = try await client.exchange(bytes: [request])
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(200))")
            try await checkOthers(client)
        }
    }

    @Test("Headers that come byte by byte cost their connection when their time is up")
    func slowHeaders() async throws {
        try await withServer(idleTimeout: .seconds(3)) { client, _ in
            let bytes = "GET /healthz HTTP/1.1\r\nX: ".utf8.map { [$0] } + [[UInt8]](repeating: [0x78], count: 10_000)
            let answer = try await client.exchange(bytes: bytes, pause: .milliseconds(20))
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
            try await checkOthers(client)
        }
    }

    @Test("Many who are slow at once keep nobody from being answered")
    func manySlow() async throws {
        try await withServer(pace: .standard) { client, _ in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<60 {
                    // Each answer that is not taken is held in memory.
                    let request =
                        number.isMultiple(of: 20)
                        ? "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
                        : "POST /agent/v1/enrol HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{"
                    group.addTask { try await client.request(request) { try await Task.sleep(for: .seconds(3_600)) } }
                }
                for _ in 0..<20 { try await checkOthers(client) }
                group.cancelAll()
                while let ended = await group.nextResult() {
                    guard case .failure(let error) = ended else { continue }
                    #expect(error is CancellationError, "\(error)")
                }
            }
        }
    }

    @Test("A body that comes byte by byte costs its connection")
    func slowWriter() async throws {
        try await withServer { client, closings in
            let head = "POST /agent/v1/enrol HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{"
            let answer = try await client.exchange([head])
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
            #expect(closings.count == 1)
            try await checkOthers(client)
        }
    }

    @Test("An answer that nobody takes costs its connection")
    func slowReader() async throws {
        try await withServer { client, closings in
            let taken = try await client.request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") {
                try await checkOthers(client)
                while closings.count == 0 { try await Task.sleep(for: .milliseconds(10)) }
            }
            #expect(taken < Self.pageBytes)
            try await checkOthers(client)
        }
    }

    @Test("An answer that is taken in time comes whole, however long it is")
    func reader() async throws {
        try await withServer(pace: .standard) { client, closings in
            let taken = try await client.request("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") {}
            #expect(taken > Self.pageBytes)
            #expect(closings.count == 0)
        }
    }
}
