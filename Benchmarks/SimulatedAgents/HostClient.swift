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
package struct HostClient: Sendable {
    private static let pollSeconds = 50
    /// How long it waits before asking again when the order that it has ended is not retracted yet.
    private static let (shortestRest, longestRest) = (Duration.milliseconds(5), Duration.seconds(1))

    /// Outlasts restarts of the control plane and of its database.
    package static let longPatience = Duration.seconds(60)

    /// The managed-node id.
    package let node: String
    /// Scheme, host and port of servers of one control plane; each request goes to any of them.
    package var servers: [String]
    /// How long what gets no answer, or is told to come again, is sent again, as agents do; with none it is an error at once.
    let patience: Duration
    let key: Curve25519.Signing.PrivateKey
    private let inventory: [UInt8]
    private let inventoryDigest: String

    /// Enrols a host with a new key.
    ///
    /// - Parameter inventory: what its scans find; nil for ``SampleInventory``'s own.
    package static func enrolled(
        _ name: String,
        with activation: ActivationView,
        at servers: [String],
        patience: Duration = .zero,
        finding inventory: [UInt8]? = nil
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
        let body = try JSONEncoder().encode(enrolment)
        let answer = try await answer(from: servers, patience: patience) { server in
            var request = HTTPClientRequest(url: server + "/agent/v1/enrol")
            request.method = .POST
            request.body = .bytes(body)
            return request
        }
        let inventory = try inventory ?? SampleInventory.bytes()
        return Self(
            node: try JSONDecoder().decode(EnrolmentResponse.self, from: answer.body).node,
            servers: servers,
            patience: patience,
            key: key,
            inventory: inventory,
            inventoryDigest: SHA256.hash(data: inventory).map { String(format: "%02x", $0) }.joined()
        )
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
            guard let order = try await poll(seconds: Self.pollSeconds) else { continue }
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

    /// The host's order; nil when there is none within the time.
    package func poll(seconds: Int) async throws -> Order? {
        let answer = try await send(.GET, "/agent/v1/orders?wait=\(seconds)", wait: .seconds(Int64(seconds)))
        guard answer.status == 200 else { return nil }
        let envelope = try JSONDecoder().decode(OrderEnvelope.self, from: answer.body)
        return try JSONDecoder().decode(Order.self, from: Data(envelope.payload.utf8))
    }

    package func uploadInventory() async throws {
        _ = try await send(.PUT, "/agent/v1/inventories/\(inventoryDigest)", body: inventory)
    }

    /// What a host reports that does what it is ordered, in order.
    package func facts(of order: Order) -> [HostRunFact] {
        switch order.work {
        case .scan: return [.accepted, .scanned(inventory: inventoryDigest)]
        case .run: return [.accepted, .ran(kind: nil, detail: nil)]
        case .install(_, let patches, _, _):
            let results = patches.map { patch in
                PatchResult(
                    patch: patch,
                    state: .installed,
                    versionBefore: SampleInventory.installedVersion,
                    versionAfter: patch.version
                )
            }
            let result = InstallResult(inventory: inventoryDigest, patches: results, reboot: nil)
            return [.accepted, .installing, .installed(result)]
        }
    }

    package func report(_ fact: HostRunFact, _ sequence: Int, on order: Order) -> Report {
        Report(order: order.id, sequence: sequence, at: SystemClock.now(), fact: fact)
    }

    /// Returns when the reports are acknowledged.
    package func send(_ reports: some Sequence<Report>) async throws {
        let body = try JSONEncoder().encode(ReportBatch(reports: Array(reports)))
        _ = try await send(.POST, "/agent/v1/reports", body: Array(body))
    }

    // MARK: - Steps

    private func carryOut(_ order: Order, taking work: Duration) async throws {
        try await uploadInventory()
        let reports = facts(of: order).enumerated().map { report($1, $0 + 1, on: order) }
        guard work > .zero else { return try await send(reports) }
        try await send(reports.dropLast())
        try await Task.sleep(for: work)
        try await send(reports.suffix(1))
    }
}
