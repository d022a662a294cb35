import AWSSignature
import AgentProtocol
import Certificates
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Testing

/// A control plane on a port of its own that checks every signature and keeps what it hears.
actor FakeControlPlane {
    /// What to answer to a request instead of serving it.
    struct Answer: Sendable {
        var status: Int
        var body = ""
        var headers: [(String, String)] = []
    }

    struct Heard: Sendable {
        var method: String
        var path: String
    }

    nonisolated let signer = OrderSigner()
    private(set) var port = 0
    private let isSecure: Bool
    private(set) var enrolments: [EnrolmentRequest] = []
    private(set) var reports: [Report] = []
    private(set) var inventories: [String: [UInt8]] = [:]
    /// By the path that they were put to.
    private(set) var outputs: [String: [UInt8]] = [:]
    private(set) var heard: [Heard] = []
    /// That were accepted so far.
    private(set) var connections = 0
    private(set) var complaints: [String] = []
    private var orders: [OrderEnvelope] = []
    private var polls: [(connection: ObjectIdentifier, CheckedContinuation<OrderEnvelope?, Never>)] = []
    private var pollWaiters: [CheckedContinuation<Void, Never>] = []
    private var waiters: [(order: String, CheckedContinuation<HostRunFact, Never>)] = []
    private var answers: [Answer] = []
    private let key = Curve25519.Signing.PrivateKey()
    private var role: AWSCredentials?
    private var isWithdrawn = false

    private init(isSecure: Bool) { self.isSecure = isSecure }

    var url: String { "\(isSecure ? "https" : "http")://127.0.0.1:\(port)" }

    nonisolated var orderKey: String { signer.key.publicKey.rawRepresentation.base64EncodedString() }

    /// Runs the body with a control plane that serves meanwhile.
    ///
    /// - Parameter certificate: nil for plain HTTP.
    static func with<Result: Sendable>(
        certificate: ServerCertificate? = nil,
        _ body: @Sendable @escaping (FakeControlPlane) async throws -> Result
    ) async throws -> Result {
        let plane = FakeControlPlane(isSecure: certificate != nil)
        let tls = try certificate.map(context)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        await plane.listen(on: server.channel.localAddress?.port ?? 0)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            group.addTask { try? await plane.serve(connection) }
                        }
                    }
                }
            }
            let result: Result
            do {
                result = try await body(plane)
            } catch {
                await plane.close()
                group.cancelAll()
                throw error
            }
            await plane.close()
            group.cancelAll()
            return result
        }
    }

    /// Gives the order to the waiting poll, or the next one.
    func offer(_ order: Order) throws { offer(try signer.sign(order)) }

    func offer(_ envelope: OrderEnvelope) {
        if polls.isEmpty {
            orders.append(envelope)
        } else {
            polls.removeFirst().1.resume(returning: envelope)
        }
    }

    /// From now on no order is wanted any more.
    func withdraw() { isWithdrawn = true }

    /// Answers the next request with this.
    func answerNext(_ answer: Answer) { answers.append(answer) }

    /// The order's terminal fact, once it is reported.
    func end(of order: String) async -> HostRunFact {
        if let known = reports.first(where: { $0.order == order && $0.fact.isTerminal }) { return known.fact }
        return await withCheckedContinuation { waiters.append((order, $0)) }
    }

    /// Returns once a poll is open.
    func polled() async {
        guard polls.isEmpty else { return }
        await withCheckedContinuation { pollWaiters.append($0) }
    }

    // MARK: - Serving

    private static func context(_ certificate: ServerCertificate) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(try certificate.chainPEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(try certificate.keyPEM.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
        )
    }

    private func listen(on port: Int) { self.port = port }

    private func close() {
        for poll in polls { poll.1.resume(returning: nil) }
        polls = []
    }

    private func serve(_ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>) async throws {
        connections += 1
        let id = ObjectIdentifier(connection.channel)
        // Who polled on it has gone: an order given to it would be lost.
        connection.channel.closeFuture.whenComplete { _ in Task { await self.drop(id) } }
        try await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body: [UInt8] = []
            for try await part in inbound {
                switch part {
                case .head(let value): (head, body) = (value, [])
                case .body(let buffer): body += Array(buffer.readableBytesView)
                case .end:
                    guard let head else { continue }
                    let answer = await answer(to: head, body, on: id)
                    var headers = HTTPHeaders(answer.headers)
                    headers.add(name: "Content-Length", value: String(answer.body.utf8.count))
                    let response = HTTPResponseHead(
                        version: .http1_1,
                        status: .init(statusCode: answer.status),
                        headers: headers
                    )
                    try await outbound.write(.head(response))
                    try await outbound.write(.body(.byteBuffer(ByteBuffer(string: answer.body))))
                    try await outbound.write(.end(nil))
                }
            }
        }
    }

    private func drop(_ connection: ObjectIdentifier) {
        for poll in polls where poll.connection == connection { poll.1.resume(returning: nil) }
        polls.removeAll { $0.connection == connection }
    }

    private func answer(
        to head: HTTPRequestHead,
        _ body: [UInt8],
        on connection: ObjectIdentifier
    ) async -> Answer {
        let path = String(head.uri.split(separator: "?").first ?? "")
        heard.append(Heard(method: head.method.rawValue, path: path))
        if !answers.isEmpty { return answers.removeFirst() }
        do {
            if path == "/agent/v1/enrol" { return try enrol(body) }
            guard isSigned(head, body) else { return complain("\(head.uri) is not signed by the enrolled key") }
            switch (head.method, path) {
            case (.GET, "/agent/v1/orders"): return try await order(on: connection, waits: !head.uri.contains("wait=0"))
            case (.GET, "/agent/v1/order-keys"):
                return Answer(
                    status: 200,
                    body: String(decoding: try JSONEncoder().encode(OrderKeyHistory()), as: UTF8.self)
                )
            case (.GET, _) where path.hasPrefix("/agent/v1/orders/"):
                let standing = OrderStanding(isWithdrawn: isWithdrawn)
                return Answer(status: 200, body: String(decoding: try JSONEncoder().encode(standing), as: UTF8.self))
            case (.POST, "/agent/v1/reports"): return try take(JSONDecoder().decode(ReportBatch.self, from: Data(body)))
            case (.PUT, _) where path.hasPrefix("/agent/v1/inventories/"):
                inventories[String(path.split(separator: "/").last ?? "")] = body
                return Answer(status: 200)
            case (.PUT, _) where path.hasPrefix("/agent/v1/orders/"):
                outputs[path] = body
                return Answer(status: 200)
            default: return complain("\(head.method) \(head.uri) is no request of an agent")
            }
        } catch {
            return complain("\(head.uri): \(error)")
        }
    }

    private func complain(_ text: String) -> Answer {
        complaints.append(text)
        return Answer(status: 400, body: text)
    }

    private func enrol(_ body: [UInt8]) throws -> Answer {
        let request = try JSONDecoder().decode(EnrolmentRequest.self, from: Data(body))
        let key = try publicKey(request)
        let proof = try #require(Data(base64Encoded: request.proof))
        guard key.isValidSignature(proof, for: Data(request.proofBytes)), request.code == "secret" else {
            return Answer(status: 403, body: "the activation is used up or unknown")
        }
        enrolments.append(request)
        let response = EnrolmentResponse(node: Orders.node, site: "london", patchGroup: "Debian12-early")
        return Answer(status: 200, body: String(decoding: try JSONEncoder().encode(response), as: UTF8.self))
    }

    private func publicKey(_ request: EnrolmentRequest) throws -> Curve25519.Signing.PublicKey {
        try Curve25519.Signing.PublicKey(rawRepresentation: try #require(Data(base64Encoded: request.publicKey)))
    }

    /// From now on requests are signed by these credentials of the node's role.
    func give(_ credentials: AWSCredentials) { role = credentials }

    private func isSigned(_ head: HTTPRequestHead, _ body: [UInt8]) -> Bool {
        if let role { return Self.isSigned(head, body, by: role) }
        guard let request = enrolments.last, let key = try? publicKey(request),
            let node = head.headers.first(name: RequestSignature.nodeHeader), node == Orders.node,
            let time = head.headers.first(name: RequestSignature.timeHeader).flatMap({ Int64($0) }),
            let text = head.headers.first(name: RequestSignature.signatureHeader),
            let signature = Data(base64Encoded: text)
        else { return false }
        let bytes = RequestSignature.bytes(
            method: head.method.rawValue,
            target: head.uri,
            node: node,
            milliseconds: time,
            bodyDigest: Array(SHA256.hash(data: body))
        )
        return key.isValidSignature(signature, for: Data(bytes))
    }

    private func order(on connection: ObjectIdentifier, waits: Bool) async throws -> Answer {
        let envelope: OrderEnvelope?
        if orders.isEmpty, !waits {
            envelope = nil
        } else if orders.isEmpty {
            envelope = await withCheckedContinuation { continuation in
                polls.append((connection, continuation))
                for waiter in pollWaiters { waiter.resume() }
                pollWaiters = []
            }
        } else {
            envelope = orders.removeFirst()
        }
        guard let envelope else { return Answer(status: 204) }
        return Answer(status: 200, body: String(decoding: try JSONEncoder().encode(envelope), as: UTF8.self))
    }

    private func take(_ batch: ReportBatch) throws -> Answer {
        for report in batch.reports {
            if let digest = report.fact.inventory, inventories[digest] == nil {
                return complain("report \(report.sequence) of \(report.order) came before its inventory")
            }
            guard !reports.contains(where: { $0.order == report.order && $0.sequence == report.sequence }) else {
                continue
            }
            reports.append(report)
            guard report.fact.isTerminal else { continue }
            for waiter in waiters where waiter.order == report.order { waiter.1.resume(returning: report.fact) }
            waiters.removeAll { $0.order == report.order }
        }
        return Answer(status: 200)
    }
}
