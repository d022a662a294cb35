import AgentProtocol
import Crypto
import Foundation
import HostAgent
import Synchronization
import Testing
import Time

@Suite("The link to the control plane", .timeLimit(.minutes(10)))
struct HTTPControlPlaneTests {
    @Test("enrols with a proof and signs everything after")
    func conversation() async throws {
        try await withLink { plane, link in
            let request = try #require(await plane.enrolments.first)
            #expect(request.activation == "act-1" && request.code == "secret")
            #expect(request.facts.hostname == "web-7" && request.facts.platform == "debian")

            let order = Orders.scan()
            try await plane.offer(order)
            let envelope = try #require(try await link.nextOrder(wait: .seconds(5)))
            #expect(try plane.signer.gate().open(envelope, at: Orders.start) == order)

            try await link.upload(Array("{}".utf8), digest: "d1")
            let fact = HostRunFact.scanned(inventory: "d1")
            try await link.send([Report(order: order.id, sequence: 1, at: Orders.start, fact: fact)])
            #expect(await plane.end(of: order.id) == fact)
            try await link.upload(output: Array("gzip".utf8), of: order.id, named: "apt")
            let target = "/agent/v1/orders/rollout-0%230%231/outputs/apt"
            #expect(await plane.outputs == [target: Array("gzip".utf8)])
            #expect(await plane.complaints.isEmpty)
        }
    }

    @Test("asks for reboot slots and gives them back")
    func slots() async throws {
        try await withLink { plane, link in
            let text = #"{"grant":{"fence":3,"seconds":900},"retrySeconds":30,"detail":""}"#
            await plane.answerNext(.init(status: 200, body: text))
            #expect(try await link.rebootSlot(for: "o#0#1").grant == RebootSlotGrant(fence: 3, seconds: 900))
            await plane.answerNext(.init(status: 200, body: #"{"retrySeconds":30,"detail":"full"}"#))
            #expect(try await link.rebootSlot(for: "o#0#1").grant == nil)
            await plane.answerNext(.init(status: 200))
            try await link.release(RebootSlotRelease(slot: "db", fence: 3))
            let paths = await plane.heard.suffix(3).map(\.path)
            #expect(paths == ["/agent/v1/reboot-slots", "/agent/v1/reboot-slots", "/agent/v1/reboot-slots/release"])
        }
    }

    @Test("tells of each request that was taken, and of no other")
    func contact() async throws {
        let taken = Mutex(0)
        try await withLink(onContact: { taken.withLock { $0 += 1 } }) { plane, link in
            await plane.answerNext(.init(status: 403))
            await #expect(throws: LinkFailure.self) { try await link.send([]) }
            #expect(taken.withLock { $0 } == 0)
            await plane.answerNext(.init(status: 200))
            try await link.send([])
            #expect(taken.withLock { $0 } == 1)
        }
    }

    @Test("tells the kinds of refusal apart")
    func failures() async throws {
        try await withLink { plane, link in
            let cases: [(FakeControlPlane.Answer, LinkFailure)] = [
                (.init(status: 403, body: "no"), .rejected(status: 403, detail: "no")),
                (.init(status: 409, body: "a\nb"), .rejected(status: 409, detail: "a b")),
                (.init(status: 503, body: "starting"), .unavailable(status: 503, detail: "starting")),
                (.init(status: 429), .unavailable(status: 429, detail: "")),
            ]
            for (answer, failure) in cases {
                await plane.answerNext(answer)
                await #expect(throws: failure) { try await link.send([]) }
            }
            await plane.answerNext(.init(status: 200, body: "no order"))
            await #expect(throws: LinkFailure.self) { try await link.nextOrder(wait: .seconds(1)) }
            await plane.answerNext(.init(status: 204))
            let none = try await link.nextOrder(wait: .seconds(1))
            #expect(none == nil)
        }
    }

    @Test("fetches what the control plane says of its order keys")
    func orderKeys() async throws {
        try await withLink { plane, link in
            let history = OrderKeyHistory(statements: [try plane.signer.state(1, [plane.signer])])
            await plane.answerNext(
                .init(status: 200, body: String(decoding: try JSONEncoder().encode(history), as: UTF8.self))
            )
            #expect(try await link.orderKeys() == history)
            #expect(await plane.heard.last?.path == "/agent/v1/order-keys")
        }
    }

    @Test("names both clocks when the signature's time is not accepted")
    func clocks() async throws {
        try await withLink { plane, link in
            let date = ("Date", "Mon, 23 Nov 2026 08:00:00 GMT")
            await plane.answerNext(.init(status: 401, body: "clock", headers: [date]))
            let text =
                "clock; this host's clock was at \(Orders.start), the control plane's at Mon, 23 Nov 2026 08:00:00 GMT"
            await #expect(throws: LinkFailure.unauthorized(detail: text)) { try await link.send([]) }
        }
    }

    @Test("says what cannot be reached")
    func unreachable() async throws {
        let folder = try TemporaryFolder()
        let key = try HostKey.readOrMake(at: folder.path + "/key")
        let keyring = HostKeyring(key, state: StateFolder(folder.path))
        let configuration = AgentConfiguration(
            server: "http://127.0.0.1:1",
            node: Orders.node,
            site: "",
            patchGroup: "",
            activation: "",
            orderKeys: []
        )
        try await HTTPControlPlane.with(configuration, signer: keyring, now: { Orders.start }) { link in
            do throws(LinkFailure) {
                try await link.send([])
                Issue.record("sent to nobody")
            } catch {
                guard case .unreachable(let detail) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(detail.contains("http://127.0.0.1:1/agent/v1/reports"))
            }
        }
    }

    @Test("keeps key and configuration for the agent's eyes, and enrols once")
    func enrolment() async throws {
        try await FakeControlPlane.with { plane in
            let folder = try TemporaryFolder()
            let enrolment = Enrolment(state: StateFolder(folder.path + "/state"))
            let request = await Self.request(plane)
            let configuration = try await enrolment.enrol(request)
            #expect(configuration.node == Orders.node)
            for name in ["agent.key", "agent.json"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/state/\(name)")
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
            #expect(try await enrolment.enrol(request) == configuration)
            #expect(await plane.enrolments.count == 1)

            var other = request
            other.server = "http://elsewhere"
            other.root = "/srv/image"
            let failure = await #expect(throws: AgentFailure.self) { try await enrolment.enrol(other) }
            #expect(failure?.description.contains("not http://elsewhere; --root is /, not /srv/image;") == true)
        }
    }

    @Test("begins with the order keys that are given, whatever an enrolment before it has learned")
    func anew() async throws {
        try await FakeControlPlane.with { plane in
            let folder = try TemporaryFolder()
            let state = StateFolder(folder.path)
            let statement = #"{"version":4,"keys":["\#(OrderSigner().publicKey)"]}"#
            try Data(statement.utf8).write(to: URL(filePath: state.orderKeyFile))
            let configuration = try await Enrolment(state: state).enrol(await Self.request(plane))
            let keyring = try OrderKeyring(file: state.orderKeyFile, enrolled: configuration.orderKeys)
            #expect(keyring.version == 0)
            #expect(keyring.keys.map { $0.rawRepresentation.base64EncodedString() } == [plane.orderKey])
        }
    }

    @Test("passes on why the control plane does not enrol a host, and keeps the key for the next attempt")
    func usedUp() async throws {
        try await FakeControlPlane.with { plane in
            let folder = try TemporaryFolder()
            let enrolment = Enrolment(state: StateFolder(folder.path))
            var request = await Self.request(plane)
            request.code = "wrong"
            let failure = await #expect(throws: AgentFailure.self) { try await enrolment.enrol(request) }
            #expect(failure?.description.contains("(403): the activation is used up or unknown") == true)
            let key = try HostKey.read(at: folder.path + "/agent.key")?.publicKey
            request.code = "secret"
            _ = try await enrolment.enrol(request)
            #expect(await plane.enrolments.first?.publicKey == key)
        }
    }

    // MARK: - Given

    private static func request(_ plane: FakeControlPlane) async -> Enrolment.Request {
        var request = Enrolment.Request(
            server: await plane.url,
            activation: "act-1",
            code: "secret",
            orderKeys: [plane.orderKey]
        )
        request.name = "web-7"
        return request
    }

    private func withLink(
        onContact: @escaping @Sendable () -> Void = {},
        _ body: @Sendable @escaping (FakeControlPlane, HTTPControlPlane) async throws -> Void
    ) async throws {
        try await FakeControlPlane.with { plane in
            let folder = try TemporaryFolder()
            let state = StateFolder(folder.path)
            let configuration = try await Enrolment(state: state).enrol(await Self.request(plane))
            let keyring = HostKeyring(try #require(try HostKey.read(at: state.keyFile)), state: state)
            try await HTTPControlPlane.with(
                configuration,
                signer: keyring,
                onContact: onContact,
                now: { Orders.start }
            ) { link in try await body(plane, link) }
        }
    }
}
