package import AgentProtocol
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// The metadata service of EC2 in its second version, which wants a token.
package struct EC2Metadata: Sendable {
    private static let maximumAnswer = 65_536
    /// Seconds that the token is good for.
    private static let tokenLifetime = "60"

    private struct Document: Decodable {
        var instanceId: String
        var region: String
        var accountId: String
    }

    private let base: String
    private let vendorFile: String
    private let timeout: Duration

    /// - Parameters:
    ///   - base: scheme and host of the service, for tests.
    ///   - vendorFile: where the firmware names who made the machine.
    ///   - timeout: how long each answer may take.
    package init(
        base: String = "http://169.254.169.254",
        vendorFile: String = "/sys/class/dmi/id/sys_vendor",
        timeout: Duration = .seconds(1)
    ) {
        self.base = base
        self.vendorFile = vendorFile
        self.timeout = timeout
    }

    /// What the instance's identity document says; nil on other machines, and where the service is off or silent.
    package func instance() async throws -> InstanceFacts? {
        guard try DurableFile.text(vendorFile)?.hasPrefix("Amazon EC2") == true else { return nil }
        return try await HTTPConnections.with(base: base, caFile: nil) { service in
            do {
                var request = HTTPCall(method: .PUT, target: "/latest/api/token")
                request.headers.add(name: "X-aws-ec2-metadata-token-ttl-seconds", value: Self.tokenLifetime)
                let token = String(buffer: try await answer(to: request, service))
                var question = HTTPCall(method: .GET, target: "/latest/dynamic/instance-identity/document")
                question.headers.add(name: "X-aws-ec2-metadata-token", value: token)
                let answer = try await answer(to: question, service)
                let document = try JSONDecoder().decode(Document.self, from: Data(answer.readableBytesView))
                return InstanceFacts(id: document.instanceId, region: document.region, account: document.accountId)
            } catch {
                // Many switch the service off: the host is enrolled without.
                return nil
            }
        }
    }

    private func answer(to request: HTTPCall, _ service: HTTPConnections) async throws -> ByteBuffer {
        let reply = try await service.send(request, within: timeout, upTo: Self.maximumAnswer)
        guard reply.head.status == .ok else { throw AgentFailure("the metadata service answers \(reply.head.status)") }
        return reply.body
    }
}
