import AgentProtocol
import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import ReadModels
import Time

/// A host that speaks the agents' protocol over HTTP and does at once what it is ordered.
struct HostClient: Sendable {
    private static let pollSeconds = 50
    private static let maximumAnswerBytes = 1 << 20

    /// One for the process: each host holds a connection open.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 20_000
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private let key: Curve25519.Signing.PrivateKey
    private let node: String
    private let server: String
    private let inventory: [UInt8]

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
        return Self(key: key, node: enrolment.node, server: server, inventory: try Self.inventory())
    }

    /// Waits for orders and carries them out, until cancelled.
    ///
    /// - Parameter onOrder: called when an order arrives.
    func serve(onOrder: @Sendable (Order) -> Void) async throws {
        var last = ""
        while !Task.isCancelled {
            let answer = try await send(.GET, "/agent/v1/orders?wait=\(Self.pollSeconds)")
            guard answer.status == 200 else { continue }
            let envelope = try JSONDecoder().decode(OrderEnvelope.self, from: answer.body)
            let order = try JSONDecoder().decode(Order.self, from: Data(envelope.payload.utf8))
            // An order comes again until its end is committed.
            guard order.id != last else { continue }
            last = order.id
            onOrder(order)
            try await carryOut(order)
        }
    }

    // MARK: - Steps

    private func carryOut(_ order: Order) async throws {
        let digest = SHA256.hash(data: inventory).map { String(format: "%02x", $0) }.joined()
        _ = try await send(.PUT, "/agent/v1/inventories/\(digest)", body: inventory)
        var facts: [HostRunFact] = [.accepted]
        switch order.work {
        case .scan: facts.append(.scanned(inventory: digest))
        case .install(_, let patches, _, _):
            let results = patches.map { patch in
                PatchResult(patch: patch, state: .installed, versionBefore: "3.0.16", versionAfter: patch.version)
            }
            facts.append(.installing)
            facts.append(.installed(InstallResult(inventory: digest, patches: results, reboot: nil)))
        }
        let reports = facts.enumerated().map { number, fact in
            Report(order: order.id, sequence: number + 1, at: wallTime(), fact: fact)
        }
        _ = try await send(
            .POST,
            "/agent/v1/reports",
            body: Array(try JSONEncoder().encode(ReportBatch(reports: reports)))
        )
    }

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
        guard response.status.code < 300 else { throw Incomplete(what: String(buffer: buffer)) }
        return (Int(response.status.code), Data(buffer.readableBytesView))
    }

    /// One pending security update.
    private static func inventory() throws -> [UInt8] {
        let origin = PackageOrigin(
            origin: "Debian",
            label: "Debian-Security",
            codename: "bookworm-security",
            archive: "stable-security"
        )
        let inventory = Inventory(
            platform: "debian",
            platformVersion: "12",
            architecture: "amd64",
            packages: [InstalledPackage(name: "openssl", architecture: "amd64", version: "3.0.16", isHeld: false)],
            updates: [
                AvailableUpdate(
                    name: "openssl",
                    architecture: "amd64",
                    installedVersion: "3.0.16",
                    version: "3.0.17",
                    origins: [origin],
                    priority: "optional",
                    section: "utils",
                    downloadBytes: 1_400_000
                )
            ],
            newcomers: [],
            indexes: [PackageIndex(origin: origin, date: nil, digest: "0")],
            rebootReasons: []
        )
        return Array(try JSONEncoder().encode(inventory))
    }
}
