import AgentProtocol
import ControlPlane
import ControlPlaneTestSupport
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import NIOCore
import ReadModels
import Synchronization
import Testing

@testable import API

/// Takes what a stream writes until it has seen a text; then it is gone, as a reader that leaves.
private struct Reader: ResponseBodyWriter {
    struct Left: Error {}

    final class Page: Sendable {
        private let text = Mutex("")

        var seen: String { text.withLock { $0 } }

        /// - Returns: whether that is all that was waited for.
        func add(_ more: String, until mark: String) -> Bool {
            text.withLock {
                $0 += more
                return $0.contains(mark)
            }
        }
    }

    let page: Page
    let mark: String

    mutating func write(_ buffer: ByteBuffer) async throws {
        if page.add(String(buffer: buffer), until: mark) { throw Left() }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

@Suite("The log as a stream of server-sent events", .serialized, .timeLimit(.minutes(10)))
struct EventStreamTests {
    private static let ana = Principal(proof: .token("ana"), name: "ana", roles: [.viewer])
    private static let bob = Principal(proof: .token("bob"), name: "bob", roles: [.viewer])

    /// A stream of everything, whose reader may read on.
    private func open(_ streams: EventStreams, by principal: Principal) async throws -> Response {
        try await streams.response(of: .all(includesEngine: false), after: nil, for: principal) { true }
    }

    /// Whether a stream is refused with that status.
    private func expectRefusal(_ status: Int, of streams: EventStreams, to principal: Principal) async {
        await #expect {
            _ = try await open(streams, by: principal)
        } throws: { error in
            guard let problem = error as? Problem else { return false }
            return problem.status == status && problem.code == "too-many-streams" && problem.retryAfterSeconds == 15
        }
    }

    /// What a reader has seen when it leaves.
    private func read(_ response: Response, until mark: String) async throws -> String {
        let page = Reader.Page()
        await #expect(throws: Reader.Left.self) { try await response.body.write(Reader(page: page, mark: mark)) }
        return page.seen
    }

    @Test("A message has what a stream gained and the cursor behind it; in silence a comment comes")
    func messages() async throws {
        try await withControlPlane { controlPlane in
            let id = try await controlPlane.startCycle()
            let page = try await controlPlane.questions.events(of: "cycle/\(id)", after: nil, limit: 1, wait: .zero)
            let streams = EventStreams(questions: controlPlane.questions, heartbeat: .milliseconds(1))
            let response = try await streams.response(of: .stream("cycle/\(id)"), after: "v0", for: Self.ana) { true }
            #expect(response.headers[.contentType] == "text/event-stream")
            #expect(response.headers[.cacheControl] == "no-store")
            let text = try await read(response, until: "\n\n: \n\n")
            #expect(text.hasPrefix("retry: 1000\n: open\n\nid: \(page.cursor)\ndata: [{\"actor\":\"ana\","), "\(text)")
            #expect(text.contains("\"type\":\"cycle.started.v1\"}"))
        }
    }

    @Test("There are no more streams than a process has, and one that ends or is never written makes room")
    func bounded() async throws {
        try await withControlPlane { controlPlane in
            let streams = EventStreams(questions: controlPlane.questions, mostStreams: 1, heartbeat: .zero)
            for _ in 1...2 {
                let response = try await open(streams, by: Self.ana)
                await expectRefusal(503, of: streams, to: Self.bob)
                _ = try await read(response, until: ": \n\n")
            }
            _ = try await open(streams, by: Self.ana)
            await #expect(throws: Problem.self) {
                _ = try await streams.response(of: .cycle("none"), after: nil, for: Self.ana) { true }
            }
            _ = try await open(streams, by: Self.ana)
        }
    }

    @Test("Nobody has more of them than a part, so that some are left for others")
    func boundedOfEach() async throws {
        try await withControlPlane { controlPlane in
            let streams = EventStreams(
                questions: controlPlane.questions,
                mostStreams: 3,
                mostOfEach: 2,
                heartbeat: .zero
            )
            let first = [try await open(streams, by: Self.ana), try await open(streams, by: Self.ana)]
            await expectRefusal(429, of: streams, to: Self.ana)
            let other = try await open(streams, by: Self.bob)
            await expectRefusal(503, of: streams, to: Self.bob)
            for response in first + [other] { _ = try await read(response, until: ": \n\n") }
        }
    }

    enum Loss: CaseIterable { case revoked, expired }

    @Test("It ends when its reader's token is revoked or over", arguments: Loss.allCases)
    func ends(loss: Loss) async throws {
        try await withControlPlane { controlPlane in
            let access = controlPlane.services.access
            let token = try await access.create(
                CreateToken(name: "ana", roles: [.viewer], expiresInSeconds: 3_600, by: "root"),
                key: nil
            )
            let principal = try #require(try await access.principal(ofSecret: token.secret, from: nil))
            let streams = EventStreams(questions: controlPlane.questions, heartbeat: .zero, recheck: .zero)
            let response = try await streams.response(of: .all(includesEngine: false), after: nil, for: principal) {
                try await access.isCurrent(principal)
            }
            let page = Reader.Page()
            async let end: Void = response.body.write(Reader(page: page, mark: "never"))
            _ = try await controlPlane.eventually("open", { page.seen }, until: { $0.contains(": \n\n") })
            switch loss {
            case .revoked: _ = try await access.revoke(token.id, RevokeToken(reason: "left", by: "root"), key: nil)
            case .expired: controlPlane.clock.skip(.seconds(3_600))
            }
            // Without an error, as a server that drains ends it.
            try await end
        }
    }

    @Test("What is for pages alone, and two filters at once, are refused")
    func refused() async throws {
        try await TestAPI.with { api in
            let headers: HTTPFields = [.authorization: "Bearer \(TestAPI.token)", .accept: "text/event-stream"]
            for (query, code) in [
                ("wait=1", "unknown-parameter"), ("last=1", "unknown-parameter"), ("limit=1", "unknown-parameter"),
                ("stream=a&cycle=b", "malformed-filter"), ("cycle=none", "cycle-not-found"),
                ("after=v1", "malformed-cursor"), ("stream=a&after=0:1", "malformed-cursor"),
            ] {
                let response = try await api.send(.get, "/api/v1/events?\(query)", headers: headers)
                #expect(try response.problem().code == code, "\(query)")
            }
            #expect(try await api.get("/api/v1/events?cycle=a").problem().code == "unknown-parameter")
            let name = try #require(HTTPField.Name("Last-Event-ID"))
            for accept in ["application/json", "text/event-stream"] {
                for cursor in ["", "soon", "0:1,", "0:+1"] {
                    var headers: HTTPFields = [.authorization: "Bearer \(TestAPI.token)", .accept: accept]
                    headers[name] = cursor
                    let response = try await api.send(.get, "/api/v1/events", headers: headers)
                    #expect(try response.problem().code == "malformed-cursor", "\(accept) \(cursor)")
                }
            }
            let open = try await api.send(.get, "/api/v1/events", headers: [.accept: "text/event-stream"])
            #expect(open.status == .unauthorized)
        }
    }
}
