import API
import AWSSignature
import AsyncHTTPClient
import ControlPlane
import ControlPlaneTestSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import ReadModels
import SSMAPI
import Testing
import Time
import WindowsScripts

/// A control plane behind real HTTP, with the door for AWS's tools and agents and the agents' own protocol.
enum StockFleet {
    static let digest = String(repeating: "0a", count: 32)

    /// - Parameter terms: nil for those of a server that has an agent to give.
    static func with(
        terms: OneShotTerms? = nil,
        _ body: @escaping @Sendable (TestControlPlane, @escaping StockAgent.Web) async throws -> Void
    ) async throws {
        try await serving(terms: terms) { controlPlane, _, web in try await body(controlPlane, web) }
    }

    /// - Parameter body: is given the server's base URL, too.
    static func serving(
        terms: OneShotTerms? = nil,
        workflow: String? = nil,
        _ body: @escaping @Sendable (TestControlPlane, String, @escaping StockAgent.Web) async throws -> Void
    ) async throws {
        let windows = SignatureV4.payloadHash(WindowsScripts.oneShot)
        try await withControlPlane(workflow: workflow) { controlPlane in
            let door = SSMDoor(
                services: controlPlane.services,
                terms: terms ?? OneShotTerms(agentDigest: digest, windowsDigest: windows),
                source: { nil },
                now: { controlPlane.clock.now }
            )
            let routes = ServerRoutes.make(
                services: controlPlane.services,
                authenticator: Authenticator(
                    breakGlass: BreakGlassToken("the-operators-secret"),
                    access: controlPlane.services.access
                ),
                metrics: MetricsPage(contentType: "text/plain") { "up 1\n" },
                binaries: [AgentBinary(digest: windows, bytes: ByteBuffer(bytes: WindowsScripts.oneShot))],
                others: { door.add(to: $0) },
                readiness: { [] }
            )
            let application = Application(
                router: routes.router,
                configuration: .init(address: .hostname("127.0.0.1", port: 0))
            )
            try await application.test(.live) { server in
                let base = "http://127.0.0.1:\(try #require(server.port))"
                try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                    try await body(controlPlane, base) { method, target, headers, body in
                        try await send(client, base, method, target, headers, body)
                    }
                }
            }
        }
    }

    /// A host that has registered.
    static func agent(
        _ controlPlane: TestControlPlane,
        _ web: @escaping StockAgent.Web,
        ring: String = "early",
        name: String = "stock",
        quirks: StockAgent.Quirks = StockAgent.Quirks()
    ) async throws -> StockAgent {
        let activation = try await controlPlane.activation(patchGroup: "Debian12-\(ring)")
        return try await StockAgent.registered(
            with: activation,
            machine: FakeHost(name: name),
            key: try StockKey(number: Int.random(in: 0..<StockKey.most)),
            quirks: quirks,
            now: { controlPlane.clock.now },
            web: web
        )
    }

    /// Its next message, however many polls it takes.
    static func message(of agent: StockAgent, _ controlPlane: TestControlPlane) async throws
        -> (id: String, payload: String)
    {
        let messages = try await controlPlane.eventually(
            "a message",
            { try await agent.poll() },
            until: { !$0.isEmpty }
        )
        return messages[0]
    }

    /// Has the agents go through a whole cycle with the fleet.
    ///
    /// - Returns: the cycle at its end.
    static func complete(
        _ agents: [StockAgent],
        beside fleet: Fleet,
        workflow: String = "debian12-rings",
        of controlPlane: TestControlPlane
    ) async throws -> CycleView {
        try await running(agents) {
            let cycle = try await controlPlane.startCycle(workflow)
            try await fleet.complete(cycle, of: controlPlane)
            return try await controlPlane.cycle(cycle)
        }
    }

    /// Lets the agents run while the body does; one that fails ends it.
    static func running<Value: Sendable>(
        _ agents: [StockAgent],
        _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            for agent in agents {
                group.addTask {
                    do { try await agent.run() } catch is CancellationError {} catch {
                        if !Task.isCancelled { throw error }
                    }
                    return nil
                }
            }
            group.addTask { try await body() }
            // The first that fails, or that has seen the end, ends all.
            defer { group.cancelAll() }
            while let value = try await group.next() { if let value { return value } }
            throw CancellationError()
        }
    }

    /// Each agent's poll keeps a connection.
    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 200
        return configuration
    }

    /// In chunks where the body is signed by the agent's own key, as agents send it.
    private static func send(
        _ client: HTTPClient,
        _ base: String,
        _ method: String,
        _ target: String,
        _ headers: [(name: String, value: String)],
        _ body: [UInt8]
    ) async throws -> StockAgent.Answer {
        var request = HTTPClientRequest(url: base + target)
        request.method = .RAW(value: method)
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        let isChunked = headers.contains { $0.value.hasSuffix("RoleToken") || $0.value.hasSuffix("PublicKey") }
        if isChunked {
            let halves = [body.prefix(body.count / 2), body.dropFirst(body.count / 2)]
            request.body = .stream(halves.map { ByteBuffer(bytes: $0) }.async, length: .unknown)
        } else if !body.isEmpty {
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let answer = try await client.execute(request, timeout: .minutes(5))
        let content = try await answer.body.collect(upTo: 10_000_000)
        return StockAgent.Answer(status: Int(answer.status.code), body: Array(content.readableBytesView))
    }
}

extension Array where Element == ByteBuffer {
    /// One after the other.
    fileprivate var async: AsyncStream<ByteBuffer> {
        AsyncStream { stream in
            for buffer in self { stream.yield(buffer) }
            stream.finish()
        }
    }
}
