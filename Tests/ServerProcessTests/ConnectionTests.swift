import AgentProtocol
import ControlPlaneTestSupport
import Glibc
import Subprocess
import TestSupport
import Testing

@Suite("An agent's connection", .timeLimit(.minutes(10)))
struct ConnectionTests {
    @Test("It stays open from poll to poll")
    func keepAlive() async throws {
        try await TestDeployment.with { deployment in
            let agent = try await deployment.serve { controlPlane in
                try await Fleet.enrolled(in: controlPlane, sites: ["Frankfurt"], rings: ["early"]).agents[0]
            }
            let ending = try await TemporaryFolder.with { data in
                try await Ringmaster.serving(data: data, deployment.database) { server in
                    let connection = try Connection(to: server.url)
                    for _ in 1...3 {
                        let target = "/agent/v1/orders?wait=1"
                        let proof = try agent.proof("GET", target, at: deployment.clock.now)
                        let answer = try connection.exchange(
                            "GET \(target) HTTP/1.1\r\nHost: server\r\n\(RequestSignature.nodeHeader): \(proof.node)\r\n"
                                + "\(RequestSignature.timeHeader): \(proof.time)\r\n"
                                + "\(RequestSignature.signatureHeader): \(proof.signature)\r\n\r\n"
                        )
                        #expect(answer.hasPrefix("HTTP/1.1 204 "), "\(answer)")
                        #expect(answer.contains("\r\nServer: ringmaster\r\n"), "\(answer)")
                        #expect(answer.contains(" GMT\r\n"), "\(answer)")
                    }
                }
            }
            #expect(ending.status == .exited(0), "\(ending.errors)")
        }
    }

    @Test("A poll that is refused is told why")
    func refusal() async throws {
        try await TestDeployment.with { deployment in
            _ = try await TemporaryFolder.with { data in
                try await Ringmaster.serving(data: data, deployment.database) { server in
                    let unsigned = try await server.get("/agent/v1/orders?wait=1")
                    #expect(unsigned.status == 401)
                    #expect(unsigned.body.contains("\"unauthenticated\""), "\(unsigned.body)")
                    let malformed = try await server.get("/agent/v1/orders?wait=%00")
                    #expect(malformed.status == 400)
                    #expect(malformed.body.contains("\"malformed-address\""), "\(malformed.body)")
                }
            }
        }
    }
}

/// A TCP connection, to see what the server does with it.
private final class Connection {
    private let descriptor: CInt

    init(to url: String) throws {
        let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        address.sin_port = port.bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try #require(isConnected)
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends a request and reads what comes first: an answer without a body, or nothing when the connection is closed.
    func exchange(_ request: String) throws -> String {
        #expect(send(descriptor, request, request.utf8.count, CInt(MSG_NOSIGNAL)) == request.utf8.count)
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
