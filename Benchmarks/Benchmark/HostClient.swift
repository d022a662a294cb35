import AgentProtocol
import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import ReadModels
import Time

/// A host that speaks the agents' protocol over HTTP and does at once what it is ordered.
struct HostClient: Sendable {
    private static let pollSeconds = 50
    private static let maximumAnswerBytes = 1 << 20

    /// One for the process: each host holds a connection open.
    ///
    /// The server's certificate is of the benchmark's own making.
    private static let http: HTTPClient = {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 20_000
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private let key: Curve25519.Signing.PrivateKey
    private let node: String
    /// Scheme, host and port.
    var server: String
    private let inventory: [UInt8]
    private let inventoryDigest: String

    /// Enrols a host with a new key.
    static func enrolled(_ name: String, with activation: ActivationView, at server: String) async throws -> Self {
        let key = Curve25519.Signing.PrivateKey()
        var request = EnrolmentRequest(
            activation: activation.activation,
            code: activation.code,
            publicKey: key.publicKey.rawRepresentation.base64EncodedString(),
            proof: "",
            facts: HostFacts(
                hostname: name,
                platform: "debian",
                platformVersion: "12",
                architecture: "amd64",
                agentVersion: "1.0"
            )
        )
        request.proof = try key.signature(for: request.proofBytes).base64EncodedString()
        var http = HTTPClientRequest(url: server + "/agent/v1/enrol")
        http.method = .POST
        http.body = .bytes(try JSONEncoder().encode(request))
        let answer = try await Self.send(http)
        let enrolment = try JSONDecoder().decode(EnrolmentResponse.self, from: answer.body)
        let inventory = try SampleInventory.bytes()
        let digest = SHA256.hash(data: inventory).map { String(format: "%02x", $0) }.joined()
        return Self(key: key, node: enrolment.node, server: server, inventory: inventory, inventoryDigest: digest)
    }

    /// Waits for orders and carries them out, until cancelled.
    ///
    /// - Parameter onOrder: called when an order arrives.
    func serve(onOrder: @Sendable (Order) -> Void) async throws {
        var last = ""
        while !Task.isCancelled {
            // An order comes again until its end is committed.
            guard let order = try await poll(seconds: Self.pollSeconds), order.id != last else { continue }
            last = order.id
            onOrder(order)
            try await uploadInventory()
            try await send(facts(of: order).enumerated().map { report($1, $0 + 1, on: order) })
        }
    }

    /// The host's order; nil when there is none within the time.
    func poll(seconds: Int) async throws -> Order? {
        let answer = try await send(.GET, "/agent/v1/orders?wait=\(seconds)")
        guard answer.status == 200 else { return nil }
        let envelope = try JSONDecoder().decode(OrderEnvelope.self, from: answer.body)
        return try JSONDecoder().decode(Order.self, from: Data(envelope.payload.utf8))
    }

    func uploadInventory() async throws {
        _ = try await send(.PUT, "/agent/v1/inventories/\(inventoryDigest)", body: inventory)
    }

    /// What a host reports that does at once what it is ordered, in order.
    func facts(of order: Order) -> [HostRunFact] {
        switch order.work {
        case .scan: return [.accepted, .scanned(inventory: inventoryDigest)]
        case .install(_, let patches, _, _):
            let results = patches.map { patch in
                PatchResult(patch: patch, state: .installed, versionBefore: "3.0.16", versionAfter: patch.version)
            }
            let result = InstallResult(inventory: inventoryDigest, patches: results, reboot: nil)
            return [.accepted, .installing, .installed(result)]
        }
    }

    func report(_ fact: HostRunFact, _ sequence: Int, on order: Order) -> Report {
        Report(order: order.id, sequence: sequence, at: wallTime(), fact: fact)
    }

    /// Returns when the reports are acknowledged.
    func send(_ reports: [Report]) async throws {
        let body = try JSONEncoder().encode(ReportBatch(reports: reports))
        _ = try await send(.POST, "/agent/v1/reports", body: Array(body))
    }

    // MARK: - Steps

    private func send(_ method: HTTPMethod, _ target: String, body: [UInt8] = []) async throws -> (
        status: Int, body: Data
    ) {
        let milliseconds = wallTime().microseconds / 1_000
        let bytes = RequestSignature.bytes(
            method: method.rawValue,
            target: target,
            node: node,
            milliseconds: milliseconds,
            bodyDigest: Array(SHA256.hash(data: body))
        )
        var request = HTTPClientRequest(url: server + target)
        request.method = method
        request.headers.add(name: RequestSignature.nodeHeader, value: node)
        request.headers.add(name: RequestSignature.timeHeader, value: "\(milliseconds)")
        let signature = try key.signature(for: bytes).base64EncodedString()
        request.headers.add(name: RequestSignature.signatureHeader, value: signature)
        if !body.isEmpty { request.body = .bytes(body) }
        return try await Self.send(request)
    }

    private static func send(_ request: HTTPClientRequest) async throws -> (status: Int, body: Data) {
        let response = try await http.execute(request, timeout: .seconds(90))
        let buffer = try await response.body.collect(upTo: maximumAnswerBytes)
        let status = Int(response.status.code)
        guard status < 300 else { throw RefusedRequest(status: status, answer: String(buffer: buffer)) }
        return (status, Data(buffer.readableBytesView))
    }
}

/// An answer that is no success.
struct RefusedRequest: Error, CustomStringConvertible {
    let status: Int
    let answer: String

    /// An agent would not simply ask again.
    var isFinal: Bool { (400..<500).contains(status) }

    var description: String { "\(status): \(answer)" }
}
