package import AgentProtocol
import AsyncHTTPClient
import Commands
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
package import ReadModels
import Time

/// A host that speaks the agents' protocol over HTTP and does what it is ordered.
///
/// Whatever gets no answer, or is told to come again, is sent again until it is acknowledged, as agents do.
package struct HostClient: Sendable {
    private static let pollSeconds = 50
    private static let answerTime = TimeAmount.seconds(30)
    private static let maximumAnswerBytes = 1 << 20
    /// How long a control plane may leave a request without an answer, its restarts and its database's included.
    private static let patience = Duration.seconds(60)
    private static let pause = 0.1...0.5
    /// How long it waits before asking again when the order that it has ended is not retracted yet.
    private static let (shortestRest, longestRest) = (Duration.milliseconds(5), Duration.seconds(1))

    /// One for the process: each host holds a connection open.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 20_000
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// The managed-node id.
    package let node: String
    private let key: Curve25519.Signing.PrivateKey
    private let servers: [String]
    private let inventory: [UInt8]

    /// Enrols a host with a new key.
    ///
    /// - Parameters:
    ///   - server: scheme, host and port.
    ///   - others: servers of the same control plane; each request goes to any of them.
    package static func enrolled(
        _ name: String,
        with activation: ActivationView,
        at server: String,
        or others: [String] = []
    ) async throws -> Self {
        let key = Curve25519.Signing.PrivateKey()
        var enrolment = EnrolmentRequest(
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
        enrolment.proof = try key.signature(for: enrolment.proofBytes).base64EncodedString()
        let (body, servers) = (try JSONEncoder().encode(enrolment), [server] + others)
        let answer = try await persistently(at: servers, within: answerTime) { server in
            var request = HTTPClientRequest(url: server + "/agent/v1/enrol")
            request.method = .POST
            request.body = .bytes(body)
            return request
        }
        let response = try JSONDecoder().decode(EnrolmentResponse.self, from: answer.body)
        return Self(node: response.node, key: key, servers: servers, inventory: try Self.pendingUpdate())
    }

    /// Waits for orders and carries them out, until cancelled.
    ///
    /// - Parameters:
    ///   - work: how long an order takes between being accepted and being done; at once unless told otherwise.
    ///   - onOrder: called when an order arrives, once for each.
    package func serve(
        taking work: @Sendable () -> Duration = { .zero },
        onOrder: @Sendable (Order) -> Void
    ) async throws {
        var done: Set<String> = []
        var rest = Self.shortestRest
        while !Task.isCancelled {
            let answer = try await send(.GET, "/agent/v1/orders?wait=\(Self.pollSeconds)")
            guard answer.status == 200 else { continue }
            let envelope = try JSONDecoder().decode(OrderEnvelope.self, from: answer.body)
            let order = try JSONDecoder().decode(Order.self, from: Data(envelope.payload.utf8))
            // An order comes again until its end is committed.
            guard done.insert(order.id).inserted else {
                try await Task.sleep(for: rest)
                rest = min(rest * 2, Self.longestRest)
                continue
            }
            rest = Self.shortestRest
            onOrder(order)
            try await carryOut(order, taking: work())
        }
    }

    // MARK: - Steps

    private func carryOut(_ order: Order, taking work: Duration) async throws {
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
            Report(order: order.id, sequence: number + 1, at: SystemClock.now(), fact: fact)
        }
        guard work > .zero else { return try await report(reports) }
        try await report(reports.dropLast())
        try await Task.sleep(for: work)
        try await report(reports.suffix(1))
    }

    private func report(_ reports: some Sequence<Report>) async throws {
        let body = try JSONEncoder().encode(ReportBatch(reports: Array(reports)))
        _ = try await send(.POST, "/agent/v1/reports", body: Array(body))
    }

    private func send(_ method: HTTPMethod, _ target: String, body: [UInt8] = []) async throws -> Answer {
        let time = Self.answerTime + (method == .GET ? .seconds(Int64(Self.pollSeconds)) : .zero)
        return try await Self.persistently(at: servers, within: time) { server in
            let milliseconds = SystemClock.now().microseconds / 1_000
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
            return request
        }
    }

    // MARK: - Requests

    private struct Answer {
        var status: Int
        var body: Data
    }

    /// Sends until there is an answer that is one: no answer, 429 and 5xx are none.
    private static func persistently(
        at servers: [String],
        within time: TimeAmount,
        _ request: (_ server: String) throws -> HTTPClientRequest
    ) async throws -> Answer {
        var end: ContinuousClock.Instant?
        while true {
            let server = servers.randomElement() ?? ""
            var failure = ""
            do {
                let response = try await http.execute(try request(server), timeout: time)
                let buffer = try await response.body.collect(upTo: maximumAnswerBytes)
                let status = Int(response.status.code)
                if status < 300 { return Answer(status: status, body: Data(buffer.readableBytesView)) }
                failure = "\(status): \(String(buffer: buffer))"
                guard status >= 500 || status == 429 else { throw RefusedHost(server: server, why: failure) }
            } catch let refusal as RefusedHost {
                throw refusal
            } catch {
                failure = "\(error)"
            }
            // From the first failure on: a poll is open for long.
            let last = end ?? .now + patience
            guard ContinuousClock.now < last else { throw RefusedHost(server: server, why: failure) }
            end = last
            try await Task.sleep(for: .seconds(Double.random(in: pause)))
        }
    }

    /// One pending security update.
    private static func pendingUpdate() throws -> [UInt8] {
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

/// A control plane told a host what an agent would take as final, or nothing for too long.
package struct RefusedHost: Error, CustomStringConvertible {
    let server: String
    let why: String

    package var description: String { "\(server) does not serve a simulated host: \(why)" }
}
