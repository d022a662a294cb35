import AgentProtocol
import Foundation
import HostAgent
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@Suite("The metadata service of EC2", .timeLimit(.minutes(10)))
struct EC2MetadataTests {
    private static let document = """
        {"accountId": "123456789012", "architecture": "x86_64", "instanceId": "i-0a1b2c3d4e5f60718", "region": "eu-central-1"}
        """

    /// Answers as the service does, to one request of each connection.
    private func withService(
        _ document: String,
        _ body: (_ base: String) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        let port = try #require(server.channel.localAddress?.port)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            // A client that goes away early is no failure of the service.
                            group.addTask { try? await Self.serve(connection, document) }
                        }
                    }
                }
            }
            try await body("http://127.0.0.1:\(port)")
            group.cancelAll()
        }
    }

    private static func serve(
        _ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>,
        _ document: String
    ) async throws {
        try await connection.executeThenClose { inbound, outbound in
            for try await part in inbound {
                guard case .head(let head) = part else { continue }
                let answer: (HTTPResponseStatus, String) =
                    switch (head.method, head.uri, head.headers.first(name: "X-aws-ec2-metadata-token")) {
                    case (.PUT, "/latest/api/token", _): (.ok, "secret-token")
                    case (.GET, "/latest/dynamic/instance-identity/document", "secret-token"): (.ok, document)
                    default: (.unauthorized, "")
                    }
                var headers = HTTPHeaders()
                headers.add(name: "Content-Length", value: "\(answer.1.utf8.count)")
                headers.add(name: "Connection", value: "close")
                try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: answer.0, headers: headers)))
                try await outbound.write(.body(.byteBuffer(ByteBuffer(string: answer.1))))
                try await outbound.write(.end(nil))
                return
            }
        }
    }

    private func vendorFile(_ vendor: String, in folder: TemporaryFolder) throws -> String {
        let file = folder.path + "/sys_vendor"
        try Data("\(vendor)\n".utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    @Test("says which instance a host is, where the firmware is EC2's")
    func instance() async throws {
        let folder = try TemporaryFolder()
        try await withService(Self.document) { base in
            let amazon = EC2Metadata(
                base: base,
                vendorFile: try vendorFile("Amazon EC2", in: folder),
                timeout: .seconds(60)
            )
            let facts = InstanceFacts(id: "i-0a1b2c3d4e5f60718", region: "eu-central-1", account: "123456789012")
            #expect(try await amazon.instance() == facts)
            let other = EC2Metadata(base: base, vendorFile: try vendorFile("QEMU", in: folder))
            #expect(try await other.instance() == nil)
        }
    }

    @Test("is done without when it does not answer, or not as it should")
    func silent() async throws {
        let folder = try TemporaryFolder()
        let vendor = try vendorFile("Amazon EC2", in: folder)
        #expect(try await EC2Metadata(base: "http://127.0.0.1:1", vendorFile: vendor).instance() == nil)
        try await withService("{}") { base in
            let instance = try await EC2Metadata(base: base, vendorFile: vendor, timeout: .seconds(60)).instance()
            #expect(instance == nil)
        }
        #expect(try await EC2Metadata(vendorFile: folder.path + "/none").instance() == nil)
    }
}
