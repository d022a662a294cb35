import Certificates
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import HostAgent

@Suite("HTTP with one server", .timeLimit(.minutes(10)))
struct HTTPConnectionsTests {
    private let call = HTTPCall(method: .GET, target: "/agent/v1/order-keys")

    @Test("goes over one connection, whose name is looked up, until the server ends it", arguments: [true, false])
    func kept(isSecure: Bool) async throws {
        let authority = try CertificateAuthority(now: Date())
        let certificate = isSecure ? try authority.issue(names: ["localhost"], now: Date()) : nil
        let folder = try TemporaryFolder()
        try Data(try authority.pem.utf8).write(to: URL(filePath: folder.path + "/ca.pem"))
        try await FakeControlPlane.with(certificate: certificate) { plane in
            let base = await plane.url.replacing("127.0.0.1", with: "localhost") + "/"
            try await HTTPConnections.with(base: base, caFile: folder.path + "/ca.pem") { connections in
                for body in ["", "one", "another"] {
                    await plane.answerNext(.init(status: 200, body: body))
                    let reply = try await connections.send(call, within: .seconds(600), upTo: 7)
                    #expect(String(buffer: reply.body) == body)
                }
                #expect(await plane.connections == 1)
                await plane.answerNext(.init(status: 200, headers: [("Connection", "close")]))
                for _ in 1...2 { _ = try await connections.send(call, within: .seconds(600), upTo: 1_000) }
                #expect(await plane.connections == 2)
            }
            #expect(await plane.heard.map(\.path) == Array(repeating: call.target, count: 5))
        }
    }

    @Test("reads no more of an answer than it is to, and goes on over another connection")
    func long() async throws {
        try await FakeControlPlane.with { plane in
            try await HTTPConnections.with(base: await plane.url, caFile: nil) { connections in
                await plane.answerNext(.init(status: 200, body: "12345"))
                let failure = await #expect(throws: AgentFailure.self) {
                    try await connections.send(call, within: .seconds(600), upTo: 4)
                }
                #expect(failure?.description == "the answer is longer than 4 bytes")
                await plane.answerNext(.init(status: 200, body: "1234"))
                let reply = try await connections.send(call, within: .seconds(600), upTo: 4)
                #expect(String(buffer: reply.body) == "1234")
            }
        }
    }

    @Test("is given up at its limit, and when nobody waits for it any more")
    func silent() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        try await HTTPConnections.with(base: "http://127.0.0.1:\(port)", caFile: nil) { connections in
            await #expect(throws: (any Error).self) {
                try await connections.send(call, within: .milliseconds(100), upTo: 4)
            }
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await connections.send(call, within: .seconds(86_400), upTo: 4) }
                group.cancelAll()
                await #expect(throws: (any Error).self) { try await group.next() }
            }
        }
        try await server.close()
    }

    @Test("says which name does not resolve")
    func nameless() async throws {
        try await HTTPConnections.with(base: "http://nowhere.invalid", caFile: nil) { connections in
            let failure = await #expect(throws: (any Error).self) {
                try await connections.send(call, within: .seconds(600), upTo: 4)
            }
            #expect("\(String(describing: failure))".contains("the name nowhere.invalid does not resolve"))
        }
    }

    @Test("names the server as its address does")
    func host() {
        for (base, host, uri) in [
            ("https://ringmaster.example.com", "ringmaster.example.com", "/x?y=1"),
            ("https://ringmaster.example.com:7440/patch/", "ringmaster.example.com:7440", "/patch/x?y=1"),
            ("http://[::1]:80", "[::1]", "/x?y=1"),
        ] {
            let head = try? HTTPConnections(base: base, caFile: nil).head(of: HTTPCall(method: .GET, target: "/x?y=1"))
            #expect(head?.headers["Host"] == [host] && head?.uri == uri)
        }
    }
}
